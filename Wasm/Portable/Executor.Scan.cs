using System;
using System.Runtime.CompilerServices;

namespace Fog.Wasm.Portable
{
    // Loops of one block that store an element of an array, or the sum so far, in every round (ScanForm): as those that fold.
    // The first write to a chunk of memory is not a usual one.
    public sealed partial class Executor
    {
        // Steps, and takes as many rounds as are usual; the cell of the block, or the one behind the loop.
        [MethodImpl((MethodImplOptions)512)]
        private int RunScan(int pc, int fi, int di)
        {
            int[] i32 = i32Registers;
            double[] f64 = f64Registers;
            long[][] chunks = memory.Chunks;
            long[] zeros = memory.Zeros;
            long w = image.Code[pc];
            int next = pc + 1 + (int)image.Code[pc + 1];
            int cost = DeviceImage.Cost(image.Code[next]);
            long from = image.Code[pc + 2];
            long into = image.Code[pc + 3];
            long pair = image.Code[pc + 4];
            int form = (int)((ulong)from >> 48);
            bool isDown = (form & ScanForm.IsDown) != 0;
            bool isAddress = (form & ScanForm.IsAddress) != 0;
            bool isSum = (form & ScanForm.IsSum) != 0;
            bool isPair = (form & ScanForm.IsPair) != 0;
            int counter = fi + ((int)(w >> 16) & 0xFFFF);
            int step = (int)(w >> 48);
            int limit = isDown ? (short)(w >> 32) : i32[fi + ((int)(w >> 32) & 0xFFFF)];
            int index = i32[counter] + step;

            int source = fi + ((int)(from >> 32) & 0xFFFF);
            bool isFixed = source != counter;
            int fixedIndex = i32[source];
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
                int array = fi + ((int)(from >> 16) & 0xFFFF);
                origin = i32[array];
                length = i32[array + 1];
            }

            int target = fi + ((int)into & 0xFFFF);
            int intoOrigin = i32[target];
            int intoLength = i32[target + 1];
            target = fi + ((int)(into >> 16) & 0xFFFF);
            bool isSame = target == counter;
            int place = isSame ? index : i32[target];
            int placeStep = isSame ? step : (short)(into >> 32);
            int further = isPair ? (short)(pair >> 32) : 0;
            int last = fi + ((int)(pair >> 16) & 0xFFFF);
            int lastPlace = i32[last];
            long number = BitConverter.DoubleToInt64Bits(f64[di + ((int)pair & 0xFFFF)]);
            int register = di + ((int)from & 0xFFFF);
            double value = f64[register];
            double nan = FloatOps.CanonicalNaN;
            int fuel = sliceFuel;
            for (; ; )
            {
                if (isDown ? index < limit : index >= limit)
                {
                    next = pc + 5;
                    break;
                }

                // An address turned right by the width is a word's number, and a huge one when it is not aligned.
                int at = isFixed ? fixedIndex : index;
                if (fuel < cost || (uint)at >= (uint)length) break;
                uint word = (uint)(origin + (at << 3));
                word = (word >> 3) | (word << 29);
                int k = (int)(word >> WordShift);
                if ((uint)k >= (uint)chunks.Length) break;
                double e = BitConverter.Int64BitsToDouble(chunks[k][(int)word & LinearMemory.WordMask]);
                if (isSum)
                {
                    e = value + e;
                    if (e != e) e = nan;
                }

                at = place + further;
                if ((uint)at >= (uint)intoLength) break;
                word = (uint)(intoOrigin + (at << 3));
                word = (word >> 3) | (word << 29);
                k = (int)(word >> WordShift);
                if ((uint)k >= (uint)chunks.Length) break;
                long[] chunk = chunks[k];
                if (chunk == zeros) break;
                if (isPair)
                {
                    if ((uint)place >= (uint)intoLength) break;
                    uint former = (uint)(intoOrigin + (place << 3));
                    former = (former >> 3) | (former << 29);
                    k = (int)(former >> WordShift);
                    if ((uint)k >= (uint)chunks.Length || chunks[k] == zeros) break;
                    chunks[k][(int)former & LinearMemory.WordMask] = number;
                    lastPlace = at;
                }

                chunk[(int)word & LinearMemory.WordMask] = BitConverter.DoubleToInt64Bits(e);
                value = e;
                fuel -= cost;
                index += step;
                place += placeStep;
            }

            sliceFuel = fuel;
            if (isPair) i32[last] = lastPlace;
            i32[target] = place;
            i32[counter] = isAddress ? origin + (index << 3) : index;
            f64[register] = value;
            return next;
        }
    }
}
