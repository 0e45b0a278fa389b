using FsCheck;
using FsCheck.Fluent;

namespace Fog.Conformance.Programs;

/// <summary><c>programs --count N --seed S</c>: random programs, compiled by Roslyn for .NET and by us for every engine.</summary>
internal static class ProgramsVerb
{
    private const int BatchSize = 100;
    private const int ProblemsMax = 5;
    private const int ShrunkMax = 2;

    public static int Run(ReadOnlySpan<string> arguments)
    {
        var count = 2_000;
        var seed = 1UL;
        for (; arguments is [var name, var value, ..]; arguments = arguments[2..])
        {
            if (name == "--count" && int.TryParse(value, out count) && count > 0) continue;
            if (name == "--seed" && ulong.TryParse(value, out seed)) continue;
            Console.Error.WriteLine("usage: conformance programs [--count N] [--seed S]");
            return 2;
        }

        return Check(count, seed, Console.Out) ? 0 : 1;
    }

    /// <summary>False when a program differs; it is written out, shrunk.</summary>
    public static bool Check(int count, ulong seed, TextWriter output)
    {
        var batch = new ProgramBatch(Engines.All);
        var problems = new List<(int[], string)>();
        for (var done = 0; done < count && problems.Count < ProblemsMax; done += BatchSize)
        {
            var size = System.Math.Min(BatchSize, count - done);
            var rnd = new Rnd(seed, (ulong)(2 * done) + 1);
            var programs = Choices.Any.Sample(100, rnd, size);
            foreach (var problem in batch.Run([.. programs]))
            {
                problems.Add(problem);
                output.WriteLine($"-- Program {done} to {done + size - 1} of seed {seed}: {problem.Problem.AsSpan(0, problem.Problem.IndexOf('\n'))}");
                if (problems.Count <= ShrunkMax) output.WriteLine(ProgramBatch.Shrink(problem, Engines.All).Problem);
            }
        }

        output.WriteLine($"{batch.Programs} programs of seed {seed} on {string.Join(", ", Engines.All.Select(e => e.Name))}: {batch.Returned} calls returned and {batch.FailedAlike} failed as on .NET, {batch.Kept} of their parameters were kept by calls before, {batch.Limited} met a limit, {batch.Invalid} programs not valid C#, {problems.Count} differ");
        return problems.Count == 0;
    }
}
