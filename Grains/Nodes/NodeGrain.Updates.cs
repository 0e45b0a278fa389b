using Fog.Grains.Interfaces.Ids;
using Fog.Grains.Interfaces.Nodes;
using Fog.Grains.Interfaces.Rollouts;
using Fog.Grains.Rules;

namespace Fog.Grains.Nodes;

/// <summary>The release that the device shall run: offered in every session until the rollout wants nothing more of it.</summary>
public sealed partial class NodeGrain
{
    public async Task<WakePlan> Offer(UpdateOffer offer)
    {
        bool isNew = _state.Value.Update?.Offer.IsOf(offer.Release, offer.Attempt) != true;
        if (isNew)
        {
            _state.Value = _state.Value with { Update = new(offer, SentBytes: 0) };
        }

        await Commit();
        if (isNew)
        {
            Push(_ => new UpdateDownlink(offer));
        }

        return Wakes();
    }

    public async Task Recall(Digest release)
    {
        if (_state.Value.Update?.Offer.Release == release)
        {
            _state.Value = _state.Value with { Update = null };
        }

        await Commit();
    }

    /// <summary>The rollout's record of it is durable, so losing this change costs another offer at worst: it is written with the sleep.</summary>
    private async Task Report(UpdateUplink update, SessionRef session)
    {
        if (_state.Value.Update is not { } mail || mail.Offer.Release != update.Release)
        {
            return;
        }

        var report = new UpdateReport(
            update.Release, update.Attempt, update.State, update.Fault, update.HaveBytes, session.Facts.FirmwareVersion, mail.SentBytes, Wakes());
        bool goesOn = await GrainFactory.GetGrain<IRolloutGrain>(_id.Site).Report(_id, report);
        if (!goesOn && _state.Value.Update?.Offer == mail.Offer)
        {
            _state.Value = _state.Value with { Update = null };
        }
    }

    private void Count(UpdateSentUplink sent)
    {
        if (_state.Value.Update is { } mail)
        {
            _state.Value = _state.Value with { Update = mail with { SentBytes = mail.SentBytes + sent.Bytes } };
        }
    }

    private WakePlan Wakes()
    {
        var state = _state.Value;
        var period = state.Facts?.DutyCycle.Period ?? GrainLimits.PeriodMax;
        return new(
            state.NextWake,
            period,
            Liveness.Grace(period, state.ClockError, state.Facts?.ConnectBackoff ?? TimeSpan.Zero, _options.Liveness));
    }
}
