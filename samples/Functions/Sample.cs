namespace Fog.Samples;

/// <summary>A sample function with a reference call.</summary>
/// <param name="Name">Name of the fog function.</param>
/// <param name="File">Name of its source file.</param>
/// <param name="Source">Text of its source file.</param>
/// <param name="Arguments">Numbers, booleans and arrays of them, in the order of the parameters.</param>
/// <param name="Expected">The result for these arguments, computed on .NET: a number, or an array.</param>
public sealed record Sample(string Name, string File, string Source, object[] Arguments, Func<object> Expected);
