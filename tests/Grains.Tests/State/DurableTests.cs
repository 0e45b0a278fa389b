using Fog.Grains.State;
using FsCheck;
using FsCheck.Fluent;

namespace Fog.Grains.Tests.State;

public class DurableTests
{
    private readonly Storage _storage = new();
    private readonly Durable<string> _state;
    private int _deactivations;

    public DurableTests() => _state = new(_storage, () => _deactivations++);

    private Task Change(string value)
    {
        _state.Value = value;
        return _state.Save();
    }

    [Fact]
    public async Task A_change_is_durable_when_its_save_completes()
    {
        var save = Change("a");
        Assert.False(save.IsCompleted);
        _storage.Finish();
        await save;
        Assert.Equal("a", _storage.Stored);
    }

    [Fact]
    public void Two_writes_never_run_at_once_and_those_that_wait_become_one()
    {
        Task[] saves = [Change("a"), Change("b"), Change("c")];
        Assert.Equal((1, 1), (_storage.Running, _storage.Begun));
        _storage.Finish();
        Assert.Equal([true, false, false], saves.Select(s => s.IsCompleted));
        Assert.Equal((1, 2), (_storage.Running, _storage.Begun));
        _storage.Finish();
        Assert.All(saves, s => Assert.True(s.IsCompletedSuccessfully));
        Assert.Equal(("c", 2), (_storage.Stored, _storage.Begun));
    }

    [Fact]
    public void Who_changed_nothing_waits_for_what_others_changed()
    {
        Change("a");
        var reader = _state.Save();
        Assert.False(reader.IsCompleted);
        Change("b");
        var later = _state.Save();
        _storage.Finish();
        Assert.True(reader.IsCompletedSuccessfully);
        Assert.False(later.IsCompleted);
    }

    [Fact]
    public void Without_a_change_nothing_is_written()
    {
        Assert.True(_state.Save().IsCompletedSuccessfully);
        _state.Value = _state.Value;
        Assert.True(_state.Save().IsCompletedSuccessfully);
        Assert.Equal(0, _storage.Begun);
    }

    [Fact]
    public async Task A_failed_write_fails_all_who_wait_and_ends_the_activation()
    {
        Task[] saves = [Change("a"), Change("b")];
        _storage.Finish(new IOException("disk full"));
        foreach (var save in saves)
        {
            await Assert.ThrowsAsync<IOException>(() => save);
        }

        Assert.Equal(1, _deactivations);
        await Assert.ThrowsAsync<IOException>(() => Change("c"));
        await Assert.ThrowsAsync<IOException>(_state.Save);
        Assert.Equal(1, _storage.Begun);
    }

    [Fact]
    public async Task A_write_that_cannot_begin_is_a_failed_write()
    {
        _storage.Refuses = true;
        await Assert.ThrowsAsync<IOException>(() => Change("a"));
        Assert.Equal(1, _deactivations);
    }

    [Fact]
    public void Clearing_waits_for_the_writes_before_it()
    {
        Change("a");
        var clear = _state.Clear();
        Assert.Equal("a", _storage.Writing);
        _storage.Finish();
        Assert.False(clear.IsCompleted);
        _storage.Finish();
        Assert.True(clear.IsCompletedSuccessfully);
        Assert.Null(_storage.Stored);
    }

    [Fact]
    public async Task Two_who_clear_at_once_clear_once()
    {
        var save = Change("a");
        _storage.Finish();
        await save;
        Task[] clears = [_state.Clear(), _state.Clear()];
        _storage.Finish();

        // Both wait for one task, and of two continuations the platform may run one on another thread.
        await Task.WhenAll(clears).WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(2, _storage.Begun);
    }

    /// <summary>'c' changes and saves, 's' saves, 'f' finishes the running write.</summary>
    [Fact]
    public void Whoever_is_told_of_success_finds_its_change_or_a_later_one_stored() => Prop.ForAll(
        Arb.From(Gen.Elements('c', 's', 'f').ListOf()),
        script =>
        {
            var turns = new Turns();
            SynchronizationContext.SetSynchronizationContext(turns);
            var storage = new Storage();
            var state = new Durable<string>(storage, static () => { });
            List<(int Version, Task Save)> saves = [];
            int version = 0;
            foreach (char step in script)
            {
                if (step == 'f')
                {
                    storage.Finish();
                    turns.Run();
                    continue;
                }

                if (step == 'c')
                {
                    state.Value = (++version).ToString(System.Globalization.CultureInfo.InvariantCulture);
                }

                saves.Add((version, state.Save()));
                turns.Run();
                if (storage.Running > 1 || saves.Any(s => s.Save.IsCompletedSuccessfully && s.Version > int.Parse(storage.Stored ?? "0", System.Globalization.CultureInfo.InvariantCulture)))
                {
                    return false;
                }
            }

            for (int i = 0; i < 2; i++)
            {
                storage.Finish();
                turns.Run();
            }

            return saves.All(static s => s.Save.IsCompletedSuccessfully);
        }).QuickCheckThrowOnFailure();

    /// <summary>One turn after the other, as in an activation.</summary>
    private sealed class Turns : SynchronizationContext
    {
        private readonly Queue<(SendOrPostCallback Turn, object? State)> _due = new();

        public override void Post(SendOrPostCallback d, object? state) => _due.Enqueue((d, state));

        public void Run()
        {
            while (_due.TryDequeue(out var next))
            {
                next.Turn(next.State);
            }
        }
    }

    /// <summary>Writes end when the test says so.</summary>
    private sealed class Storage : IPersistentState<string>
    {
        private TaskCompletionSource? _running;

        public string State { get; set; } = "";

        public string? Stored { get; private set; }

        public string? Writing { get; private set; }

        public int Begun { get; private set; }

        public int Running { get; private set; }

        public bool Refuses { get; set; }

        public string? Etag => null;

        public bool RecordExists => Stored is not null;

        public Task WriteStateAsync()
        {
            if (Refuses)
            {
                throw new IOException("no such disk");
            }

            return Begin(State);
        }

        public Task ClearStateAsync() => Begin(null);

        public void Finish(Exception? failure = null)
        {
            if (_running is not { } write)
            {
                return;
            }

            _running = null;
            Running--;
            if (failure is not null)
            {
                write.SetException(failure);
                return;
            }

            Stored = Writing;
            write.SetResult();
        }

        public Task ReadStateAsync() => throw new NotSupportedException();

        public Task ReadStateAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task WriteStateAsync(CancellationToken cancellationToken) => WriteStateAsync();

        public Task ClearStateAsync(CancellationToken cancellationToken) => ClearStateAsync();

        private Task Begin(string? content)
        {
            Begun++;
            Running++;
            Writing = content;
            _running = new();
            return _running.Task;
        }
    }
}
