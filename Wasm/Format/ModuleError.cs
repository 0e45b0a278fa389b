namespace Fog.Wasm.Format;

/// <summary>Why a module is refused.</summary>
public enum ModuleError
{
    // The bytes are not a module (binary format, WebAssembly 2.0 chapter 5).
    UnexpectedEnd,
    BadMagic,
    BadVersion,
    UnknownSection,
    SectionOrder,
    SectionSize,
    IntegerTooLong,
    IntegerTooLarge,
    MalformedUtf8,
    MalformedType,
    MalformedLimits,
    MalformedMutability,
    MalformedExternalKind,
    MalformedSegment,
    MalformedMemoryAccess,
    ZeroByteExpected,
    IllegalOpcode,
    EndExpected,
    FunctionCountMismatch,
    DataCountMismatch,
    DataCountRequired,

    /// <summary>A feature outside WebAssembly 2.0 without SIMD; the detail names it.</summary>
    UnsupportedFeature,

    /// <summary>A bound of <see cref="ModuleLimits"/>; the detail names it.</summary>
    LimitExceeded,

    // The module is not valid (chapter 3).
    UnknownType,
    UnknownFunction,
    UnknownTable,
    UnknownMemory,
    UnknownGlobal,
    UnknownLocal,
    UnknownLabel,
    UnknownElementSegment,
    UnknownDataSegment,
    TypeMismatch,
    AlignmentTooLarge,
    ImmutableGlobal,
    ConstantExpressionRequired,
    UndeclaredFunctionReference,
    DuplicateExport,
    InvalidStartFunction,
    InvalidLimits,
    MemoryTooLarge,

    // The module is valid but not a fog function.
    UnsupportedImport,
    ManifestMissing,
    ManifestDuplicate,
    ManifestMalformed,
    ExportMissing,
    SignatureMismatch,
    AllocatorMissing,
    MemoryMissing,
    MemoryOverLimit,
}
