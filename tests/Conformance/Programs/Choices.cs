using FsCheck;
using FsCheck.Fluent;

namespace Fog.Conformance.Programs;

/// <summary>
/// The choices that make a random program, as numbers. Whoever draws beyond their end draws 0, the simplest choice, so
/// that fewer numbers, and zeros, make a smaller program that is just as well typed.
/// </summary>
internal sealed class Choices(int[] numbers)
{
    private const int LengthMin = 40;
    private const int LengthMax = 700;
    private const int NumberMax = 9_999;

    private int next;

    public static Gen<int[]> Any { get; } =
        from length in Gen.Choose(LengthMin, LengthMax)
        from numbers in Gen.ArrayOf(Gen.Choose(0, NumberMax), length)
        select numbers;

    /// <summary>Without a part, the large ones and those at the end first, then with one choice made the simplest.</summary>
    public static IEnumerable<int[]> Smaller(int[] numbers)
    {
        for (var part = numbers.Length; part > 0; part /= 2)
        {
            for (var from = numbers.Length - part; from >= 0; from -= part) yield return [.. numbers[..from], .. numbers[(from + part)..]];
        }

        for (var i = 0; i < numbers.Length; i++)
        {
            if (numbers[i] != 0) yield return [.. numbers[..i], 0, .. numbers[(i + 1)..]];
        }
    }

    /// <summary>0 to <paramref name="count"/> − 1.</summary>
    public int Below(int count) => next < numbers.Length ? (int)((uint)numbers[next++] % (uint)count) : 0;

    public bool OneIn(int count) => Below(count) == count - 1;

    public T Of<T>(params ReadOnlySpan<T> items) => items[Below(items.Length)];
}
