namespace Fog.Wasm.Format;

/// <summary>
/// Bounds on what is read. They keep the work for a hostile module small and every index of a device image within
/// 16 bits. Origin: large enough for every script of the public core test suite and for compiled functions of tens
/// of kilobytes.
/// </summary>
public static class ModuleLimits
{
    /// <summary>Size of a module, in bytes.</summary>
    public const int ModuleBytesMax = 1 << 20;

    /// <summary>Entries of any one section.</summary>
    public const int SectionEntriesMax = 10_000;

    /// <summary>Parameters, and results, of one function type.</summary>
    public const int TypeArityMax = 100;

    /// <summary>Length of a name, in bytes of UTF-8.</summary>
    public const int NameBytesMax = 1_000;

    /// <summary>Size of one function body, in bytes: a body's fuel fits 16 bits.</summary>
    public const int BodyBytesMax = 60_000;

    /// <summary>Parameters and locals of one function: zeroing them is what a call costs at most.</summary>
    public const int LocalsMax = 2_000;

    /// <summary>
    /// Declared locals of all functions together: a run of them takes three bytes, and each takes memory in decoder, validator
    /// and compiler.
    /// </summary>
    public const int ModuleLocalsMax = 200_000;

    /// <summary>Height of the operand stack of one function, in values: with the locals, the size of a frame.</summary>
    public const int OperandsMax = 1_000;

    /// <summary>Places of a module that <c>fog.traps</c> explains.</summary>
    public const int TrapSitesMax = 100_000;

    /// <summary>Depth of nested blocks in one function.</summary>
    public const int NestingMax = 1_000;

    /// <summary>Initial elements of all tables together.</summary>
    public const int TableElementsMax = 100_000;

    /// <summary>Pages of 64 KiB a memory may have at all (4 GiB, from the specification).</summary>
    public const uint MemoryPagesMax = 65_536;
}
