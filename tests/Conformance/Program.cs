using Fog.Conformance;
using Fog.Conformance.Mathematics;
using Fog.Conformance.Programs;

switch (args)
{
    case ["programs", .. var options]:
        return ProgramsVerb.Run(options);
    case ["math"]:
        return AccuracyTable.Print(AccuracyTable.PointsByDefault, Console.Out);
    case ["math", "--points", var given] when int.TryParse(given, out var points):
        return AccuracyTable.Print(points, Console.Out);
    case ["sizes"]:
        return SizeTable.Print(Console.Out);
}

// What recursion takes of the stack of compiled code, a thousand calls deep.
const int StackBytes = 256 << 20;

if (args is not (["wasm", _] or ["wasm", _, "--engine", "portable" or "il" or "resumed"]))
{
    Console.Error.WriteLine("""
        usage: conformance wasm FOLDER [--engine portable|il|resumed]   runs every .json + .wasm that wast2json made
                   resumed: portable, every run stopped, saved and gone on with in another executor, again and again
               conformance programs [--count N] [--seed S]              random C# programs, on .NET and on every engine
               conformance math [--points N]                            distance of Wasm/Math from the exact values
               conformance sizes                                        bytes of the sample functions' modules
        """);
    return 2;
}

var total = new Tally();
var runner = new Thread(RunAll, StackBytes);
runner.Start();
runner.Join();
foreach (var (reason, count) in total.Skips.OrderByDescending(s => s.Value)) Console.WriteLine($"skipped {count}: {reason}");
Console.WriteLine(total);
return total.Failed == 0 ? 0 : 1;

void RunAll()
{
    foreach (var file in Directory.EnumerateFiles(args[1], "*.json").Order(StringComparer.Ordinal))
    {
        ScriptEngine engine = args is [.., "il"] ? new CompiledEngine() : new PortableEngine(resumes: args is [.., "resumed"]);
        var tally = new ScriptRunner(file, engine, Console.Out).Run();
        Console.WriteLine($"{Path.GetFileNameWithoutExtension(file)}: {tally}");
        total.Add(tally);
    }
}
