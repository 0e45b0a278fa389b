using Fog.Wasm.Math;

namespace Fog.Wasm.Portable
{
    // The functions of Wasm/Math as they stand, in place of their WebAssembly.
    public sealed partial class Executor
    {
        private int RunElementary(int pc, int di)
        {
            long w = image.Code[pc];
            double a = f64Registers[di + ((int)(w >> 32) & 0xFFFF)];
            double b = f64Registers[di + ((int)(w >> 48) & 0xFFFF)];
            double r;
            switch ((DeviceOp)((int)w & 0xFFFF))
            {
                case DeviceOp.F64Sin: r = DeterministicMath.Sin(a); break;
                case DeviceOp.F64Cos: r = DeterministicMath.Cos(a); break;
                case DeviceOp.F64Tan: r = DeterministicMath.Tan(a); break;
                case DeviceOp.F64Asin: r = DeterministicMath.Asin(a); break;
                case DeviceOp.F64Acos: r = DeterministicMath.Acos(a); break;
                case DeviceOp.F64Atan: r = DeterministicMath.Atan(a); break;
                case DeviceOp.F64Atan2: r = DeterministicMath.Atan2(a, b); break;
                case DeviceOp.F64Exp: r = DeterministicMath.Exp(a); break;
                case DeviceOp.F64Log: r = DeterministicMath.Log(a); break;
                case DeviceOp.F64Log2: r = DeterministicMath.Log2(a); break;
                case DeviceOp.F64Log10: r = DeterministicMath.Log10(a); break;
                case DeviceOp.F64Pow: r = DeterministicMath.Pow(a, b); break;
                case DeviceOp.F64Sinh: r = DeterministicMath.Sinh(a); break;
                case DeviceOp.F64Cosh: r = DeterministicMath.Cosh(a); break;
                case DeviceOp.F64Tanh: r = DeterministicMath.Tanh(a); break;
                case DeviceOp.F64Asinh: r = DeterministicMath.Asinh(a); break;
                case DeviceOp.F64Acosh: r = DeterministicMath.Acosh(a); break;
                case DeviceOp.F64Atanh: r = DeterministicMath.Atanh(a); break;
                default: r = DeterministicMath.Cbrt(a); break;
            }

            f64Registers[di + ((int)(w >> 16) & 0xFFFF)] = r != r ? FloatOps.CanonicalNaN : r;
            return pc + 1;
        }
    }
}
