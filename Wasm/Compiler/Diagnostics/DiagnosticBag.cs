using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace Fog.Wasm.Compiler.Diagnostics;

/// <summary>Collects diagnostics; one method for each rule, so that a code has one message and one hint.</summary>
internal sealed class DiagnosticBag
{
    private readonly List<FogDiagnostic> found = [];

    /// <summary>In order of place, each once.</summary>
    public ImmutableArray<FogDiagnostic> Sorted =>
        [.. found.Distinct().OrderBy(d => d.Path, StringComparer.Ordinal).ThenBy(d => d.Line).ThenBy(d => d.Column).ThenBy(d => d.Code, StringComparer.Ordinal)];

    public int Count => found.Count;

    public void InvalidCSharp(Diagnostic error) =>
        Report("FOG001", error.Location, $"not valid C#: {error.Id}, {error.GetMessage(System.Globalization.CultureInfo.InvariantCulture).TrimEnd('.')}", "Correct the source as for any C# compiler");

    public void NoFunction(Location file) =>
        Report("FOG002", file, "there is no fog function here", "Put [FogFunction] on a static method");

    public void NotAPlainStaticMethod(Location place, string name) =>
        Report("FOG003", place, $"'{name}' cannot be a fog function: it must be a static method, not generic and not in a generic type", "Make it a static method of a class without type parameters");

    public void BadName(Location place, string name) =>
        Report("FOG004", place, $"'{name}' is no name for a fog function", "Use 1 to 32 of a-z, 0-9 and '-': [FogFunction(\"my-name\")]");

    public void DuplicateName(Location place, string name) =>
        found.Add(FogDiagnostic.DuplicateName(place, name));

    public void BadSetting(Location place, string setting, string range) =>
        Report("FOG006", place, $"{setting} is out of range", $"Use {range}");

    public void TypeAtTheBoundary(Location place, string type) =>
        Report("FOG007", place, $"a value of type '{type}' cannot be passed to or returned by a fog function", "Use a number, bool, char, a one-dimensional array of them, or a string");

    public void UnsupportedType(Location place, string type) =>
        Report("FOG008", place, $"type '{type}' cannot be compiled", "Use numbers, bool, char, enums, strings, tuples and structs of them, and one-dimensional arrays and spans of all those");

    public void UnsupportedExpression(Location place, string what) =>
        Report("FOG009", place, $"{what} cannot be compiled", "Write it with operators, calls of static methods and arrays");

    public void UnsupportedStatement(Location place, string what) =>
        Report("FOG010", place, $"{what} cannot be compiled", "Write it with if, switch, while, do, for, foreach over an array, break, continue, goto, return and throw");

    public void UnsupportedCall(Location place, string member) =>
        Report("FOG011", place, $"'{member}' cannot be called from a fog function", "Call methods of the same source, or those of the library that docs/functions.md lists");

    public void UnsupportedMethod(Location place, string name, string what) =>
        Report("FOG012", place, $"method '{name}' is {what}", "Make it a plain static method, without type parameters, that returns a value");

    public void MutableState(Location place, string field) =>
        Report("FOG013", place, $"field '{field}' can change", "Pass state as arguments and results; const and static readonly fields may be read");

    public void NotConstant(Location place, string field) =>
        Report("FOG014", place, $"the value of '{field}' is not known to the compiler", "Initialise it with a constant, or an array, tuple or struct of constants");

    public void Null(Location place) =>
        Report("FOG015", place, "only an array or a string can be null in a fog function", "Use a value that stands for none");

    public void Exceptions(Location place, string what) =>
        Report("FOG016", place, $"{what} cannot be compiled: a failure ends the whole call", "Test for the condition beforehand");

    public void Capture(Location place, string variable) =>
        Report("FOG017", place, $"'{variable}' belongs to the enclosing method", "Make the local function static and pass the value as a parameter");

    public void ConstantArrayWritten(Location place, string field) =>
        Report("FOG018", place, $"an element of the static array '{field}' is written", "Copy it into a new array first: static data must be the same in every call");

    public void ThrowWithoutConstantMessage(Location place) =>
        Report("FOG019", place, "what is thrown must be a new exception with constant arguments", "Write throw new SomeException(\"message\")");

    public void BadStateKey(Location place, string key) =>
        Report("FOG021", place, $"'{key}' is no key of a state of its own", "Use 1 to 32 of a-z, 0-9 and '-', and each key once: [FogState(\"my-key\")]");

    public void TooLarge(Location place, string name, string limit) =>
        Report("FOG020", place, $"'{name}' becomes too large: {limit}", "Split the method, or compute its data");

    private void Report(string code, Location place, string message, string hint) => found.Add(FogDiagnostic.At(place, code, message, hint));
}
