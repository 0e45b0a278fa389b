using System.Diagnostics;
using Fog.Wasm.Format;
using Fog.Wasm.Portable;
using Fog.Wasm.Runtime;
using Fog.Wasm.Runtime.Compilation;
using Fog.Wasm.Runtime.Lowering;
using Fog.Wasm.Runtime.Validation;

namespace Fog.Conformance.Fuzz;

/// <summary>
/// Mutants of modules through decoder, validator and every engine. A finding is an exception that is no named refusal, two
/// engines that disagree, or a mutant beyond its budget.
/// </summary>
internal sealed class Fuzzer(FuzzCorpus corpus, TextWriter log)
{
    // Of one mutant, from bytes to the last call on the last engine; for a machine under load.
    private static readonly TimeSpan TimeMax = TimeSpan.FromSeconds(20);
    private const long AllocatedBytesMax = 1L << 30;
    private const int MutationsMax = 6;

    private long mutants;
    private long decoded;
    private long valid;
    private long run;

    /// <summary>Until the time is over, at least one mutant; false after a finding.</summary>
    /// <param name="seed">Of the first mutant; the next have the numbers behind it.</param>
    public bool Run(TimeSpan time, int seed)
    {
        var clock = Stopwatch.StartNew();
        do
        {
            var bytes = Mutant(new Random(seed));
            if (Finding(bytes, seed) is { } finding)
            {
                var file = Path.Combine(Path.GetTempPath(), $"finding-{seed}.wasm");
                File.WriteAllBytes(file, bytes);
                log.WriteLine($"seed {seed}: {finding}\nthe module: {file}");
                return false;
            }

            seed = unchecked(seed + 1);
        }
        while (clock.Elapsed < time);
        log.WriteLine($"{mutants} mutants in {clock.Elapsed.TotalSeconds:F0} s, {mutants / clock.Elapsed.TotalSeconds:F0} a second: {decoded} decoded, {valid} valid, {run} run; no finding");
        return true;
    }

    private byte[] Mutant(Random random)
    {
        var bytes = corpus.Pick(random);
        for (var left = random.Next(MutationsMax); left >= 0; left--)
        {
            var other = corpus.Pick(random);
            if (random.Next(12) > 0 && Decode(bytes) is { } module && Decode(other) is { } donor) bytes = ModuleWriter.Write(InstructionMutations.Mutate(module, donor, random));
            else if (random.Next(3) == 0) bytes = ByteMutations.Mutate(bytes, other, random);
        }

        return bytes;
    }

    private string? Finding(byte[] bytes, int seed)
    {
        mutants++;
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var clock = Stopwatch.StartNew();
        try
        {
            if (Examine(bytes, seed) is { } disagreement) return disagreement;
        }
        catch (Exception e)
        {
            // Whatever it is: the named refusals are caught where they may come from.
            return $"{e.GetType().Name}: {e.Message}\n{e.StackTrace}";
        }

        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        if (allocated > AllocatedBytesMax) return $"{allocated >> 20} MiB allocated, at most {AllocatedBytesMax >> 20}";
        return clock.Elapsed > TimeMax ? $"{clock.Elapsed.TotalSeconds:F1} s, at most {TimeMax.TotalSeconds:F0}" : null;
    }

    private string? Examine(byte[] bytes, int seed)
    {
        if (Decode(bytes) is not { } module) return null;
        decoded++;
        try
        {
            ModuleValidator.Validate(module);
        }
        catch (ModuleException)
        {
            return null;
        }

        valid++;
        var code = CompiledModule.Unsuitable(module) is null ? CompiledModule.Compile(module) : null;
        byte[] image;
        try
        {
            FunctionArtifact.CheckImports(module);
            image = ImageWriter.Write(module);
        }
        catch (ModuleException)
        {
            return null;
        }

        run++;
        var expected = Observe(() => new PortableFuzzEngine(module, image, resumes: false), module, seed);
        return Compare("resumed", expected, Observe(() => new PortableFuzzEngine(module, image, resumes: true), module, seed))
            ?? (code is null ? null : Compare("il", expected, Observe(() => new CompiledFuzzEngine(code), module, seed)));
    }

    private static Module? Decode(byte[] bytes)
    {
        try
        {
            return ModuleReader.Read(bytes);
        }
        catch (ModuleException)
        {
            return null;
        }
    }

    private static List<string> Observe(Func<FuzzEngine> create, Module module, int seed)
    {
        FuzzEngine engine;
        try
        {
            engine = create();
        }
        catch (Exception e) when (e is ImageException { Error: ImageError.MemoryOverLimit } or ModuleException { Error: ModuleError.MemoryOverLimit })
        {
            return ["memory over limit"];
        }

        return engine.Observe(module, seed);
    }

    private static string? Compare(string engine, List<string> expected, List<string> actual)
    {
        if (expected.SequenceEqual(actual)) return null;
        var at = Enumerable.Range(0, Math.Max(expected.Count, actual.Count)).First(i => expected.ElementAtOrDefault(i) != actual.ElementAtOrDefault(i));
        return $"portable: {expected.ElementAtOrDefault(at)}; {engine}: {actual.ElementAtOrDefault(at)}";
    }
}
