//! `.._result`: what an export returns if that is more than one value.

use crate::__private::Zero;

macro_rules! results {
    ($($name:ident $count:literal $($field:ident $ty:ident)*;)*) => { $(
        #[doc = concat!("A tuple of ", $count, ", as C has it.")]
        #[repr(C)]
        #[derive(Clone, Copy, Debug)]
        pub struct $name<$($ty),*> {
            $(
                /// One of them.
                pub $field: $ty,
            )*
        }

        impl<$($ty: Zero),*> Zero for $name<$($ty),*> {
            const ZERO: Self = $name { $($field: $ty::ZERO),* };
        }
    )* };
}

results! {
    Results2 "two" r0 A r1 B;
    Results3 "three" r0 A r1 B r2 C;
    Results4 "four" r0 A r1 B r2 C r3 D;
    Results5 "five" r0 A r1 B r2 C r3 D r4 E;
    Results6 "six" r0 A r1 B r2 C r3 D r4 E r5 F;
    Results7 "seven" r0 A r1 B r2 C r3 D r4 E r5 F r6 G;
    Results8 "eight" r0 A r1 B r2 C r3 D r4 E r5 F r6 G r7 H;
}
