namespace Fog.Wasm.Runtime.Compilation;

/// <summary>A linear memory in one array, which doubles as it grows.</summary>
public sealed class GuestMemory
{
    public const int PageBytes = 65_536;

    private readonly int pagesMax;

    internal byte[] Bytes;

    /// <summary>In bytes; the array may be longer.</summary>
    internal long Size;

    /// <param name="pagesMax">What it may grow to.</param>
    /// <param name="declaredMax">What its type says of that.</param>
    public GuestMemory(int pages, int pagesMax, uint? declaredMax)
    {
        this.pagesMax = pagesMax;
        DeclaredMax = declaredMax;
        Size = (long)pages * PageBytes;
        Bytes = new byte[Size];
    }

    public Span<byte> Span => Bytes.AsSpan(0, (int)Size);

    public int Pages => (int)(Size / PageBytes);

    public uint? DeclaredMax { get; }

    /// <summary>The former size in pages, or -1 when the limit forbids.</summary>
    internal int Grow(int pages)
    {
        var old = Pages;
        if ((uint)pages > (uint)(pagesMax - old)) return -1;
        Size = (long)(old + pages) * PageBytes;
        if (Size > Bytes.Length) Array.Resize(ref Bytes, (int)System.Math.Min(System.Math.Max(Size, 2L * Bytes.Length), (long)pagesMax * PageBytes));
        return old;
    }
}
