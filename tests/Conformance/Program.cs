using Fog.Conformance;

if (args is not ["wasm", var folder])
{
    Console.Error.WriteLine("usage: conformance wasm FOLDER   runs every .json + .wasm that wast2json made");
    return 2;
}

var total = new Tally();
foreach (var file in Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal))
{
    var tally = new ScriptRunner(file, Console.Out).Run();
    Console.WriteLine($"{Path.GetFileNameWithoutExtension(file)}: {tally}");
    total.Add(tally);
}

foreach (var (reason, count) in total.Skips.OrderByDescending(s => s.Value)) Console.WriteLine($"skipped {count}: {reason}");
Console.WriteLine(total);
return total.Failed == 0 ? 0 : 1;
