using Fog.Firmware.Loader.Releases;
using Fog.Firmware.Loader.Slots;
using Fog.Firmware.Loader.Wire;
using Fog.Firmware.Logic.Flash;
using Fog.Firmware.Logic.Protocol;
using Fog.Firmware.Logic.Tasks;

namespace Fog.Firmware.Logic
{
    /// <content>A release on its way into the spare slot.</content>
    public sealed partial class Agent
    {
        private readonly Slots slots;

        // Of this session; what is known of it over wakes stands in the slots' boot record.
        private UpdateOffer offer;
        private UpdateState updateState;
        private ReleaseFault updateFault;

        private DropReason TakeUpdate(UpdateOffer taken)
        {
            if (taken == null)
            {
                return DropReason.Malformed;
            }

            if (IsUpdating())
            {
                // What comes next may be another release.
                LeaveDownload();
            }

            offer = taken;
            updateState = slots.Consider(taken.Release, taken.Manifest, taken.Attempt, out updateFault);
            SendUpdateStatus();
            return DropReason.None;
        }

        private bool IsUpdateWanted()
        {
            return offer != null && updateState == UpdateState.Downloading && !IsComputeSpent();
        }

        private bool IsUpdating()
        {
            return download != null && download.Record.Name == slots.SpareName;
        }

        private void BeginUpdate()
        {
            if (IsUpdateWanted())
            {
                Release release = offer.Release;
                download = new Download(flash, new FlashRecord(slots.SpareName, release.Digest, release.SizeBytes), now);
            }
        }

        private void EndUpdate(DownloadState state, bool cameWrong)
        {
            switch (state)
            {
                case DownloadState.Done:
                    updateFault = slots.Stage();
                    break;
                case DownloadState.NoRoom:
                    updateFault = ReleaseFault.FlashFull;
                    slots.Fail(updateFault);
                    break;
                default:
                    updateFault = cameWrong ? ReleaseFault.WrongImage : ReleaseFault.NotThere;
                    slots.Fail(updateFault);
                    break;
            }

            updateState = updateFault == ReleaseFault.None ? UpdateState.Staged : UpdateState.Failed;
            SendUpdateStatus();
        }

        private void SendUpdateStatus()
        {
            UpdateStatus status = new UpdateStatus();
            status.ReleaseId = offer.Release.Id;
            status.Attempt = offer.Attempt;
            status.State = updateState;
            status.Fault = updateFault;
            int have = updateState == UpdateState.Downloading ? flash.Length(slots.SpareName) : offer.Release.SizeBytes;
            status.HaveBytes = have < 0 || updateState == UpdateState.Failed || updateState == UpdateState.Waiting ? 0 : have;
            WireWriter writer = session.Begin(MessageType.UpdateStatus, 39);
            status.Write(writer);
            Publish(session.Seal(writer));
        }
    }
}
