using System;
using System.Runtime.CompilerServices;

namespace Fog.Wasm.Portable
{
    // Loops of one block that fold an array into a number (FoldForm). Away from the hot loop, they have a host's registers to
    // themselves. A round that is not a usual one, and the end of the slice, are the block's, whose code is whole: a round
    // changes nothing before it is sure to end.
    public sealed partial class Executor
    {
        // Steps, and takes as many rounds as are usual; the cell of the block, or the one behind the loop.
        [MethodImpl((MethodImplOptions)512)]
        private int RunFold(int pc, int fi, int di)
        {
            int[] i32 = i32Registers;
            double[] f64 = f64Registers;
            long[][] chunks = memory.Chunks;
            long w = image.Code[pc];
            int next = pc + 1 + (int)image.Code[pc + 1];
            int cost = DeviceImage.Cost(image.Code[next]);
            long v = image.Code[pc + 2];
            long other = image.Code[pc + 3];
            int form = (int)((ulong)v >> 48);
            int counter = fi + ((int)(w >> 16) & 0xFFFF);
            int step = (form & FoldForm.StepInRegister) != 0 ? i32[fi + ((int)(w >> 48) & 0xFFFF)] : (int)(w >> 48);
            int limit = i32[fi + ((int)(w >> 32) & 0xFFFF)];
            int index = i32[counter] + step;
            bool isAddress = (form & FoldForm.IsAddress) != 0;
            int origin;
            int length;
            if (isAddress)
            {
                // An index from this address on. It does not come to a limit that is no element's: not usual.
                origin = index;
                length = -1;
                limit -= index;
                if (limit < 0 || (limit & 7) != 0) length = 0;
                limit = length == 0 ? 1 : limit >> 3;
                index = 0;
                step = 1;
            }
            else
            {
                int array = fi + ((int)(v >> 32) & 0xFFFF);
                origin = i32[array];
                length = i32[array + 1];
            }

            // An address turned right by the width is a word's number, and a huge one when it is not aligned.
            uint word = (uint)(origin + (index << 3));
            word = (word >> 3) | (word << 29);
            int element = form & FoldForm.Element;
            double number = 0;
            bool isPair = false;
            uint otherWord = 0;
            int otherLength = 0;
            if (element == FoldForm.LessNumber)
            {
                number = f64[di + (int)other];
            }
            else if (element != FoldForm.Itself)
            {
                int array = fi + ((int)other & 0xFFFF);
                int place = fi + ((int)(other >> 16) & 0xFFFF);
                isPair = place == counter;
                place = isPair ? index : i32[place];
                otherLength = i32[array + 1];
                otherWord = (uint)(i32[array] + (place << 3));
                otherWord = (otherWord >> 3) | (otherWord << 29);

                // An element that is the same in every round is a number too.
                int k = (int)(otherWord >> WordShift);
                if (!isPair)
                {
                    if ((uint)place >= (uint)otherLength || (uint)k >= (uint)chunks.Length) length = 0;
                    else number = BitConverter.Int64BitsToDouble(chunks[k][(int)otherWord & LinearMemory.WordMask]);
                }
            }

            int into = form & FoldForm.Into;
            double nan = FloatOps.CanonicalNaN;
            double sum = f64[di + ((int)v & 0xFFFF)];
            double e = f64[di + ((int)(v >> 16) & 0xFFFF)];
            int fuel = sliceFuel;
            for (; ; )
            {
                if (index >= limit)
                {
                    next = pc + 4;
                    break;
                }

                int k = (int)(word >> WordShift);
                if (fuel < cost || (uint)index >= (uint)length || (uint)k >= (uint)chunks.Length) break;
                e = BitConverter.Int64BitsToDouble(chunks[k][(int)word & LinearMemory.WordMask]);
                if (isPair)
                {
                    k = (int)(otherWord >> WordShift);
                    if ((uint)index >= (uint)otherLength || (uint)k >= (uint)chunks.Length) break;
                    number = BitConverter.Int64BitsToDouble(chunks[k][(int)otherWord & LinearMemory.WordMask]);
                    otherWord += (uint)step;
                }

                if (element != FoldForm.Itself)
                {
                    if (element == FoldForm.TimesElement) e *= number;
                    else e -= number;
                    if (e != e) e = nan;
                }

                if (into == FoldForm.Sum)
                {
                    sum += e;
                    if (sum != sum) sum = nan;
                }
                else if (into == FoldForm.Squares)
                {
                    double square = e * e;
                    sum += square;
                    if (sum != sum) sum = nan;
                }
                else if (into == FoldForm.Least)
                {
                    if (e < sum) sum = e;
                    else if (!(sum < e)) break;
                }
                else
                {
                    if (sum < e) sum = e;
                    else if (!(e < sum)) break;
                }

                fuel -= cost;
                index += step;
                word += (uint)step;
            }

            sliceFuel = fuel;
            i32[counter] = isAddress ? origin + (index << 3) : index;
            f64[di + ((int)(v >> 16) & 0xFFFF)] = e;
            f64[di + ((int)v & 0xFFFF)] = sum;
            return next;
        }
    }
}
