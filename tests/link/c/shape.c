#include "shape.h"

#include <math.h>

double circle(double radius)
{
    return acos(-1.0) * pow(radius, 2.0);
}
