using Fog.Grains.Interfaces;

namespace Fog.Grains.State;

/// <summary>Lines that others have written, on their way to the log: they may say what they like, but not fill it, nor write lines of their own into it.</summary>
internal sealed class MinuteLog(TimeProvider clock)
{
    private DateTimeOffset _minuteEnds;
    private int _lines;

    /// <summary>The text as one line; null when <see cref="GrainLimits.LogLinesMax"/> have passed in this minute.</summary>
    public string? Admit(string text)
    {
        var now = clock.GetUtcNow();
        if (now >= _minuteEnds)
        {
            (_minuteEnds, _lines) = (now.AddMinutes(1), 0);
        }

        if (_lines == GrainLimits.LogLinesMax)
        {
            return null;
        }

        _lines++;
        return string.Create(text.Length, text, static (line, said) =>
        {
            for (int i = 0; i < line.Length; i++)
            {
                line[i] = char.IsControl(said[i]) ? ' ' : said[i];
            }
        });
    }
}
