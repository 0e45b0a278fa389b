using System.Text.Json;
using Fog.Wasm.Format;
using Fog.Wasm.Runtime.Compilation;
using Fog.Wasm.Runtime.Lowering;
using Fog.Wasm.Runtime.Validation;

namespace Fog.Conformance;

/// <summary>Runs one script of the core test suite, as wast2json converted it.</summary>
internal sealed class ScriptRunner(string jsonFile, ScriptEngine engine, TextWriter log)
{
    private readonly Tally tally = new();
    private readonly Dictionary<string, ScriptInstance?> named = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ScriptInstance> registered = new(StringComparer.Ordinal);

    private ScriptInstance? current;

    // Why the module before was not run.
    private string whyNot = "no module";

    public Tally Run()
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(jsonFile));
        foreach (var command in json.RootElement.GetProperty("commands").EnumerateArray())
        {
            var type = command.GetProperty("type").GetString()!;
            try
            {
                Run(type, command);
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                // A host exception is a defect of the engine, whatever its type: the script goes on.
                Fail(command, $"{type}: {e.GetType().Name} {e.Message} {e.StackTrace?.Split('\n').FirstOrDefault()}");
            }
        }

        return tally;
    }

    private void Run(string type, JsonElement command)
    {
        switch (type)
        {
            case "module":
                current = null;
                try
                {
                    current = LoadModule(command);
                }
                catch (ModuleException e) when (e.Error == ModuleError.UnsupportedFeature)
                {
                    tally.Skip(whyNot = $"out of scope: {e.Detail}");
                }

                if (command.TryGetProperty("name", out var name)) named[name.GetString()!] = current;
                break;
            case "register":
                if (Named(command) is { } exporter) registered[command.GetProperty("as").GetString()!] = exporter;
                break;
            case "action":
                if (Instance(command) is { } actor) Perform(actor, command, out _);
                break;
            case "assert_return":
                if (Instance(command) is not { } returning) tally.Skip(whyNot);
                else Check(command, Perform(returning, command, out var results) is { } unexpected ? $"trap {unexpected}" : Compare(command, results));
                break;
            case "assert_trap" or "assert_exhaustion" when command.TryGetProperty("action", out _):
                if (Instance(command) is not { } trapping) tally.Skip(whyNot);
                else Check(command, Expected(command, Perform(trapping, command, out _)));
                break;
            case "assert_malformed" or "assert_invalid":
                if (command.GetProperty("module_type").GetString() == "text") tally.Skip("text format");
                else Check(command, Rejects(command));
                break;
            case "assert_unlinkable":
                Check(command, Expected(command, Unlinkable(command)));
                break;
            case "assert_uninstantiable" or "assert_trap":
                Check(command, Expected(command, engine.Instantiate(Read(command), registered).Start()));
                break;
            default:
                Fail(command, $"unknown command {type}");
                break;
        }
    }

    private ScriptInstance LoadModule(JsonElement command)
    {
        var instance = engine.Instantiate(Read(command), registered);
        if (instance.Start() is { } trap) Fail(command, $"trap {trap} at instantiation");
        return instance;
    }

    private string? Unlinkable(JsonElement command)
    {
        try
        {
            engine.Instantiate(Read(command), registered);
            return null;
        }
        catch (LinkException e)
        {
            return e.Message;
        }
    }

    private Module Read(JsonElement command)
    {
        var module = ModuleReader.Read(Bytes(command));
        ModuleValidator.Validate(module);
        return module;
    }

    // The message of a trap, or null and the results.
    private static string? Perform(ScriptInstance instance, JsonElement command, out IReadOnlyList<ScriptValue> results)
    {
        var action = command.GetProperty("action");
        var field = action.GetProperty("field").GetString()!;
        if (action.GetProperty("type").GetString() != "get") return instance.Call(field, [.. action.GetProperty("args").EnumerateArray().Select(ScriptValue.Of)], out results);
        results = [instance.Get(field)];
        return null;
    }

    private static string? Compare(JsonElement command, IReadOnlyList<ScriptValue> results)
    {
        var expected = command.GetProperty("expected").EnumerateArray().ToArray();
        if (expected.Length != results.Count) return $"{results.Count} results, expected {expected.Length}";
        return expected.Zip(results).FirstOrDefault(pair => !pair.Second.Matches(pair.First)) is { Second.Type: not 0 } wrong
            ? $"{wrong.Second}, expected {wrong.First}"
            : null;
    }

    private string? Rejects(JsonElement command)
    {
        try
        {
            var module = Read(command);
            if (module.Imports.Length == 0) ImageWriter.Write(module);
        }
        catch (ModuleException)
        {
            return null;
        }

        return $"accepted, expected: {command.GetProperty("text")}";
    }

    private static string? Expected(JsonElement command, string? trap)
    {
        var text = command.GetProperty("text").GetString()!;
        return trap is not null && (text.StartsWith(trap, StringComparison.Ordinal) || trap.StartsWith(text, StringComparison.Ordinal)) ? null : $"{trap ?? "no trap"}, expected: {text}";
    }

    // The instance an action is for, unless it is out of scope.
    private ScriptInstance? Instance(JsonElement command) => Named(command.GetProperty("action"), "module");

    private ScriptInstance? Named(JsonElement owner, string member = "name") =>
        owner.TryGetProperty(member, out var name) ? named.GetValueOrDefault(name.GetString()!) : current;

    private byte[] Bytes(JsonElement command) =>
        File.ReadAllBytes(Path.Combine(Path.GetDirectoryName(jsonFile)!, command.GetProperty("filename").GetString()!));

    private void Check(JsonElement command, string? problem)
    {
        if (problem is null) tally.Passed++;
        else Fail(command, problem);
    }

    private void Fail(JsonElement command, string problem)
    {
        tally.Failed++;
        log.WriteLine($"{Path.GetFileNameWithoutExtension(jsonFile)}.wast:{command.GetProperty("line")}: {problem}");
    }
}
