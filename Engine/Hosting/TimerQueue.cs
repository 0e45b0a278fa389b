namespace Fog.Engine.Hosting;

/// <summary>What a <see cref="TimerQueue"/> orders: by due time, then by arming.</summary>
internal abstract class QueuedTimer
{
    private long _dueTicks; // Compared often.

    internal DateTimeOffset Due
    {
        get => new(_dueTicks, TimeSpan.Zero);
        set => _dueTicks = value.UtcTicks;
    }

    internal long Order { get; set; }

    /// <summary>Its place in the queue; below zero: it is in none.</summary>
    internal int Place { get; set; } = -1;

    internal bool IsBefore(QueuedTimer other) => _dueTicks != other._dueTicks ? _dueTicks < other._dueTicks : Order < other.Order;
}

/// <summary>Armed timers, the next one first: a heap in which each timer knows its place, so that arming and disarming allocate nothing.</summary>
/// <remarks><code>
/// places  0 │ 1 2 3 4 │ 5 6 7 8 │ …      the children of p are 4p + 1 … 4p + 4
/// </code></remarks>
internal sealed class TimerQueue
{
    private const int Children = 4;

    private readonly List<QueuedTimer> _heap = [];

    internal QueuedTimer? First => _heap.Count == 0 ? null : _heap[0];

    internal void Add(QueuedTimer timer)
    {
        _heap.Add(timer);
        Rise(timer, _heap.Count - 1);
    }

    /// <summary>Does nothing if it is not in here.</summary>
    internal void Remove(QueuedTimer timer)
    {
        var place = timer.Place;
        if (place < 0)
        {
            return;
        }

        timer.Place = -1;
        var last = _heap[^1];
        _heap.RemoveAt(_heap.Count - 1);
        if (ReferenceEquals(last, timer))
        {
            return;
        }

        if (last.IsBefore(timer))
        {
            Rise(last, place);
        }
        else
        {
            Sink(last, place);
        }
    }

    private void Rise(QueuedTimer timer, int place)
    {
        while (place > 0)
        {
            var parent = (place - 1) / Children;
            if (!timer.IsBefore(_heap[parent]))
            {
                break;
            }

            Put(_heap[parent], place);
            place = parent;
        }

        Put(timer, place);
    }

    private void Sink(QueuedTimer timer, int place)
    {
        while (true)
        {
            var first = timer;
            var firstPlace = place;
            var end = Math.Min((place * Children) + Children + 1, _heap.Count);
            for (var child = (place * Children) + 1; child < end; child++)
            {
                if (_heap[child].IsBefore(first))
                {
                    (first, firstPlace) = (_heap[child], child);
                }
            }

            if (firstPlace == place)
            {
                break;
            }

            Put(first, place);
            place = firstPlace;
        }

        Put(timer, place);
    }

    private void Put(QueuedTimer timer, int place)
    {
        _heap[place] = timer;
        timer.Place = place;
    }
}
