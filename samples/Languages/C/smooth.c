#include "fog.h"

FOG_MANIFEST("smooth.json")

/* Moving average over `width` values: smooth(x: f64[], width: i32) -> f64[] */
FOG_EXPORT("smooth")
fog_array smooth(const double *x, fog_i32 count, fog_i32 width)
{
    if (width < 1) __builtin_trap();
    fog_i32 results = count < width ? 0 : count - width + 1;
    double *y = fog_alloc((fog_u32)results * sizeof(double));
    for (fog_i32 i = 0; i < results; i++)
    {
        double sum = 0;
        for (fog_i32 j = 0; j < width; j++) sum += x[i + j];
        y[i] = sum / width;
    }

    return FOG_ARRAY(y, results);
}
