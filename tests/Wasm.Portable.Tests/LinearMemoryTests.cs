using Fog.Wasm.Runtime;

namespace Fog.Wasm.Portable.Tests;

public class LinearMemoryTests
{
    [Fact]
    public void Untouched_memory_costs_next_to_nothing()
    {
        var memory = new LinearMemory(1, 1);
        var empty = memory.HeapBytes;
        Assert.InRange(empty, 1, 4_096);
        for (var address = 0; address < 65_536; address += 8) Assert.Equal(0, memory.LoadI64(address));
        Assert.Equal(empty, memory.HeapBytes);

        memory.StoreI32(2_000, 1);
        memory.StoreI32(2_044, 1);
        Assert.InRange(memory.HeapBytes - empty, 1_024, 1_100);
    }

    [Fact]
    public void Any_width_at_any_place_reads_and_writes_like_an_array_of_bytes()
    {
        var random = new Random(7);
        var memory = new LinearMemory(1, 1);
        var oracle = new byte[65_536];
        for (var i = 0; i < 20_000; i++)
        {
            var address = random.Next(1_000, 3_200);
            var value = random.NextInt64();
            switch (random.Next(10))
            {
                case 0:
                    memory.StoreI8(address, (int)value);
                    oracle[address] = (byte)value;
                    break;
                case 1:
                    memory.StoreI16(address, (int)value);
                    BitConverter.TryWriteBytes(oracle.AsSpan(address), (short)value);
                    break;
                case 2:
                    memory.StoreI32(address, (int)value);
                    BitConverter.TryWriteBytes(oracle.AsSpan(address), (int)value);
                    break;
                case 3:
                    memory.StoreI64(address, value);
                    BitConverter.TryWriteBytes(oracle.AsSpan(address), value);
                    break;
                case 4:
                    var count = random.Next(0, 40);
                    memory.Fill(address, (int)value, count);
                    oracle.AsSpan(address, count).Fill((byte)value);
                    break;
                case 5:
                    var length = random.Next(0, 60);
                    var to = address + random.Next(-30, 30);
                    memory.Copy(to, address, length);
                    oracle.AsSpan(address, length).ToArray().CopyTo(oracle.AsSpan(to));
                    break;
                case 6:
                    Assert.Equal(oracle[address], memory.LoadU8(address));
                    break;
                case 7:
                    Assert.Equal(BitConverter.ToUInt16(oracle, address), memory.LoadU16(address));
                    break;
                case 8:
                    Assert.Equal(BitConverter.ToInt32(oracle, address), memory.LoadI32(address));
                    break;
                default:
                    Assert.Equal(BitConverter.ToInt64(oracle, address), memory.LoadI64(address));
                    break;
            }
        }

        for (var address = 0; address < oracle.Length; address++) Assert.Equal(oracle[address], memory.LoadU8(address));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Bytes_go_in_and_come_out_at_any_place_word_by_word_or_all_at_once(bool atOnce)
    {
        IWordCopy? copy = atOnce ? BlockCopy.Instance : null;
        var random = new Random(11);
        var oracle = new byte[65_536];
        var memory = new LinearMemory(1, 1);
        for (var i = 0; i < 300; i++)
        {
            var count = random.Next(3) == 0 ? random.Next(20) : random.Next(4_000);
            var address = random.Next(oracle.Length - count);
            var bytes = new byte[count + 20];
            random.NextBytes(bytes);
            memory.Write(address, bytes, 9, count, copy);
            bytes.AsSpan(9, count).CopyTo(oracle.AsSpan(address));

            count = random.Next(4_000);
            address = random.Next(oracle.Length - count);
            var read = new byte[count + 20];
            read.AsSpan().Fill(0xEE);
            memory.Read(address, read, 7, count, copy);
            Assert.Equal(oracle.AsSpan(address, count), read.AsSpan(7, count));
            Assert.All(read[..7].Concat(read[(7 + count)..]), b => Assert.Equal(0xEE, b));
        }

        Assert.Equal(0, memory.Zeros.Max());
    }

    [Fact]
    public void Memory_grows_to_its_limit_and_keeps_what_it_holds()
    {
        var memory = new LinearMemory(0, 3);
        Assert.Equal(0, memory.Grow(1));
        memory.StoreI8(65_535, 7);
        Assert.Equal(-1, memory.Grow(3));
        Assert.Equal(-1, memory.Grow(-1));
        Assert.Equal(1, memory.Grow(2));
        Assert.Equal(3, memory.Grow(0));
        Assert.Equal(7, memory.LoadU8(65_535));
        Assert.Equal(0, memory.LoadU8((3 * 65_536) - 1));
    }
}
