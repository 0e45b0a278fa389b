using System.Globalization;
using Fog.Conformance;
using Fog.Conformance.Fuzz;
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

Func<bool>? command = args switch
{
    ["wasm", var folder] => () => Scripts(folder, "portable"),
    ["wasm", var folder, "--engine", "portable" or "il" or "resumed"] => () => Scripts(folder, args[3]),
    ["fuzz", ..] when FuzzOptions.Parse(args[1..]) is { } options => () => Fuzz(options),
    _ => null,
};
if (command is null)
{
    Console.Error.WriteLine("""
        usage: conformance wasm FOLDER [--engine portable|il|resumed]   runs every .json + .wasm that wast2json made
                   resumed: portable, every run stopped, saved and gone on with in another executor, again and again
               conformance programs [--count N] [--seed S]              random C# programs, on .NET and on every engine
               conformance math [--points N]                            distance of Wasm/Math from the exact values
               conformance sizes                                        bytes of the sample functions' modules
               conformance fuzz --minutes M [--seed S] [--corpus FOLDER]
                   mutants of modules, of the .wasm files of a folder too, through decoder, validator and all engines
                   S is the number of the first mutant; with 0 minutes, of the only one
        """);
    return 2;
}

var passed = false;
var runner = new Thread(() => passed = command(), StackBytes);
runner.Start();
runner.Join();
return passed ? 0 : 1;

static bool Scripts(string folder, string engineName)
{
    var total = new Tally();
    foreach (var file in Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal))
    {
        ScriptEngine engine = engineName == "il" ? new CompiledEngine() : new PortableEngine(resumes: engineName == "resumed");
        var tally = new ScriptRunner(file, engine, Console.Out).Run();
        Console.WriteLine($"{Path.GetFileNameWithoutExtension(file)}: {tally}");
        total.Add(tally);
    }

    foreach (var (reason, count) in total.Skips.OrderByDescending(s => s.Value)) Console.WriteLine($"skipped {count}: {reason}");
    Console.WriteLine(total);
    return total.Failed == 0;
}

static bool Fuzz(FuzzOptions options)
{
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"first seed {options.Seed}"));
    return new Fuzzer(new(options.Corpus), Console.Out).Run(options.Time, options.Seed);
}
