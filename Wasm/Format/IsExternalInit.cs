#if NETSTANDARD2_0
namespace System.Runtime.CompilerServices;

/// <summary>The compiler asks for this type to emit <c>init</c> accessors; netstandard2.0 lacks it.</summary>
internal static class IsExternalInit;
#endif
