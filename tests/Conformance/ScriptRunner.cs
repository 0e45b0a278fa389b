using System.Text.Json;
using Fog.Wasm.Format;
using Fog.Wasm.Portable;
using Fog.Wasm.Runtime.Lowering;
using Fog.Wasm.Runtime.Validation;

namespace Fog.Conformance;

/// <summary>Runs one script of the core test suite, as wast2json converted it, on the portable executor.</summary>
internal sealed class ScriptRunner(string jsonFile, TextWriter log)
{
    private const string MultiModule = "imports or several modules";

    private readonly Tally tally = new();
    private readonly Dictionary<string, ScriptInstance?> named = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ScriptInstance?> registered = new(StringComparer.Ordinal);

    // What a module that was not run imports from these, it would have changed.
    private readonly HashSet<ScriptInstance> shared = [];
    private ScriptInstance? current;

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
                current = LoadModule(command);
                if (command.TryGetProperty("name", out var name)) named[name.GetString()!] = current;
                break;
            case "register":
                registered[command.GetProperty("as").GetString()!] = Named(command);
                break;
            case "action":
                if (Instance(command) is { } actor) actor.Perform(command.GetProperty("action"));
                break;
            case "assert_return":
                if (Instance(command) is not { } returning) tally.Skip(MultiModule);
                else Check(command, returning.Perform(command.GetProperty("action")) is null ? returning.CompareResults(command) : $"trap {returning.Trap}");
                break;
            case "assert_trap" or "assert_exhaustion" when command.TryGetProperty("action", out var action):
                if (Instance(command) is not { } trapping) tally.Skip(MultiModule);
                else Check(command, Expected(command, trapping.Perform(action)));
                break;
            case "assert_malformed" or "assert_invalid":
                if (command.GetProperty("module_type").GetString() == "text") tally.Skip("text format");
                else Check(command, Rejects(command));
                break;
            case "assert_unlinkable":
                tally.Skip(MultiModule);
                break;
            case "assert_uninstantiable" or "assert_trap":
                Uninstantiable(command);
                break;
            default:
                Fail(command, $"unknown command {type}");
                break;
        }
    }

    private ScriptInstance? LoadModule(JsonElement command)
    {
        var module = ModuleReader.Read(Bytes(command));
        ModuleValidator.Validate(module);
        if (NeedsOthers(module)) return null;
        var instance = new ScriptInstance(module);
        if (instance.Start() is { } trap) Fail(command, $"trap {trap} at instantiation");
        return instance;
    }

    private void Uninstantiable(JsonElement command)
    {
        var module = ModuleReader.Read(Bytes(command));
        ModuleValidator.Validate(module);
        if (NeedsOthers(module)) tally.Skip(MultiModule);
        else Check(command, Expected(command, new ScriptInstance(module).Start()));
    }

    // Modules with imports are not run yet; what they import is then not to be relied on.
    private bool NeedsOthers(Module module)
    {
        shared.UnionWith(module.Imports.Select(i => registered.GetValueOrDefault(i.Module)).OfType<ScriptInstance>());
        return module.Imports.Length > 0;
    }

    private string? Rejects(JsonElement command)
    {
        try
        {
            var module = ModuleReader.Read(Bytes(command));
            ModuleValidator.Validate(module);
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

    // The instance an action is for, unless it was not run or is no longer what the script expects.
    private ScriptInstance? Instance(JsonElement command) =>
        Named(command.GetProperty("action"), "module") is { } instance && !shared.Contains(instance) ? instance : null;

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
