#ifndef SHAPE_H
#define SHAPE_H

/* The area of a circle; needs libm. */
double circle(double radius);

#endif
