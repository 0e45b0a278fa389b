namespace Fog.Conformance.Fuzz;

/// <summary>Changes to the bytes of a module: most of the results are malformed or invalid.</summary>
internal static class ByteMutations
{
    private const int HeaderBytes = 8;
    private const int ChunkMax = 64;
    private static readonly byte[][] Integers =
        [[0xFF, 0xFF, 0xFF, 0xFF, 0x0F], [0xFF, 0xFF, 0xFF, 0xFF, 0x7F], [0x80, 0x80, 0x80, 0x80, 0x00], [0x80, 0x80, 0x80, 0x80, 0x08], [0xFF, 0xFF, 0x03], [0x80, 0x01], [0x7F], [0x00]];

    /// <param name="bytes">A module.</param>
    /// <param name="other">Another one, for splices.</param>
    public static byte[] Mutate(byte[] bytes, byte[] other, Random random)
    {
        if (bytes.Length <= HeaderBytes) return bytes;
        var at = random.Next(HeaderBytes, bytes.Length);
        var length = Math.Min(random.Next(1, ChunkMax), bytes.Length - at);
        var from = random.Next(other.Length);
        switch (random.Next(9))
        {
            case 0:
                return [.. bytes[..at], (byte)(bytes[at] ^ (1 << random.Next(8))), .. bytes[(at + 1)..]];
            case 1:
                return [.. bytes[..at], (byte)random.Next(256), .. bytes[(at + 1)..]];
            case 2:
                return [.. bytes[..at], .. bytes[(at + length)..]];
            case 3:
                return [.. bytes[..at], .. bytes[at..(at + length)], .. bytes[at..]];
            case 4:
                return [.. bytes[..at], .. other[from..Math.Min(from + length, other.Length)], .. bytes[at..]];
            case 5:
                // The same number in more bytes, or another number.
                return bytes[at] < 0x80 && random.Next(2) == 0
                    ? [.. bytes[..at], (byte)(bytes[at] | 0x80), 0, .. bytes[(at + 1)..]]
                    : [.. bytes[..at], .. Integers[random.Next(Integers.Length)], .. bytes[(at + 1)..]];
            case 6:
                return bytes[..at];
            default:
                return Sections(bytes, random);
        }
    }

    // A section twice, gone, in another place or with another id or size.
    private static byte[] Sections(byte[] bytes, Random random)
    {
        var sections = new List<byte[]>();
        for (var at = HeaderBytes; at < bytes.Length;)
        {
            var (size, next, shift) = (0L, at + 1, 0);
            while (next < bytes.Length && shift < 35)
            {
                size |= (long)(bytes[next] & 0x7F) << shift;
                shift += 7;
                if (bytes[next++] < 0x80) break;
            }

            var end = (int)Math.Min(next + size, bytes.Length);
            sections.Add(bytes[at..end]);
            at = end;
        }

        var one = random.Next(sections.Count);
        var another = random.Next(sections.Count);
        switch (random.Next(5))
        {
            case 0:
                sections.Insert(another, sections[one]);
                break;
            case 1:
                sections.RemoveAt(one);
                break;
            case 2:
                (sections[one], sections[another]) = (sections[another], sections[one]);
                break;
            case 3:
                sections[one] = [(byte)random.Next(16), .. sections[one][1..]];
                break;
            default:
                if (sections[one].Length > 1) sections[one] = [sections[one][0], (byte)(sections[one][1] + random.Next(-2, 3)), .. sections[one][2..]];
                break;
        }

        return [.. bytes[..HeaderBytes], .. sections.SelectMany(s => s)];
    }
}
