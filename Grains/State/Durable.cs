namespace Fog.Grains.State;

/// <summary>A grain's state whose writes are serialised and coalesced: decide over <see cref="Value"/>, await <see cref="Save"/>, then tell others.</summary>
/// <remarks>For reentrant grains: never two writes at once, and a caller is only told of success by a write that began after its change.
/// When a write fails, every caller that waits for it learns so, and the activation ends: the next one reads what was stored.</remarks>
internal sealed class Durable<TState>(IPersistentState<TState> storage, Action deactivate)
    where TState : class
{
    private Task _running = Task.CompletedTask;
    private Task? _waiting;
    private bool _changed;

    public TState Value
    {
        get => storage.State;
        set
        {
            _changed |= !ReferenceEquals(storage.State, value);
            storage.State = value;
        }
    }

    /// <summary>Takes a value that is not worth a write of its own: the next write of another one has it too, a crash before that forgets it.</summary>
    public void Remember(TState value) => storage.State = value;

    /// <summary>Whether <see cref="Save"/> would write.</summary>
    public bool IsChanged => _changed;

    /// <summary>Completes when everything decided so far is durable, though this caller changed nothing.</summary>
    public Task Save()
    {
        if (_waiting is not null)
        {
            return _waiting;
        }

        if (!_changed || _running.IsFaulted)
        {
            return _running;
        }

        return _running.IsCompleted ? _running = Write() : _waiting = WriteNext();
    }

    /// <summary>Removes the record. The value is a new one afterwards.</summary>
    public async Task Clear()
    {
        await Save();
        if (storage.RecordExists)
        {
            await (_running = Guard(storage.ClearStateAsync)); // Else another one cleared it meanwhile: a second time would take what came after.
        }
    }

    private async Task WriteNext()
    {
        try
        {
            await _running;
        }
        finally
        {
            _waiting = null;
        }

        await (_running = Write());
    }

    private Task Write()
    {
        _changed = false;
        return Guard(storage.WriteStateAsync);
    }

    private async Task Guard(Func<Task> write)
    {
        bool stored = false;
        try
        {
            await write();
            stored = true;
        }
        finally
        {
            if (!stored)
            {
                deactivate();
            }
        }
    }
}
