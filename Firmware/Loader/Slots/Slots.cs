using Fog.Firmware.Loader.Cryptography;
using Fog.Firmware.Loader.Flash;
using Fog.Firmware.Loader.Releases;

namespace Fog.Firmware.Loader.Slots
{
    /// <summary>The two slots of a device: what boots, what is tried, and what is gone back to (docs/updates.md).</summary>
    /// <remarks>
    /// <code>
    /// Empty ──Consider──► Filling ──Stage──► Staged ──Boot──► on probation ──Confirm──► Confirmed, active
    ///   ▲                    │                  │                 │
    ///   └──────Fail──────────┴──────────────────┴── two boots ────┘   the active slot boots again
    /// </code>
    /// The active slot is never written to: whenever the power fails, there is one that boots.
    /// </remarks>
    public sealed class Slots
    {
        /// <summary>Of flash: a loaded assembly keeps its bytes on the managed heap.</summary>
        public const int SlotBytes = 32 * 1024;

        /// <summary>A release that was started this often and has not completed a session is given up.</summary>
        public const int BootsMax = 2;

        /// <summary>No slot boots.</summary>
        public const int None = -1;

        private const int PieceBytes = 1024;
        private static readonly string[] ImageNames = { "s0", "s1" };
        private static readonly string[] ManifestNames = { "m0", "m1" };

        private readonly IFlash flash;
        private readonly ReleaseTrust trust;
        private BootRecord record;
        private int running = None;

        public Slots(IFlash flash, ReleaseTrust trust)
        {
            this.flash = flash;
            this.trust = trust;
            record = BootRecord.Load(flash);
        }

        /// <summary>Puts the firmware that a device is made with into its first slot: whoever holds the board is trusted.</summary>
        /// <returns>False: there is firmware already, or no room.</returns>
        public bool Provision(uint version, byte[] image)
        {
            if (record != null || image.Length == 0 || image.Length > SlotBytes)
            {
                return false;
            }

            flash.Delete(ImageNames[0]);
            if (!flash.Append(ImageNames[0], image, 0, image.Length))
            {
                return false;
            }

            BootRecord first = new BootRecord(flash);
            first.Floor = version;
            first.Slots[0].State = Slot.Confirmed;
            first.Slots[0].Version = version;
            first.Slots[0].SizeBytes = image.Length;
            first.Slots[0].Digest = Sha256.Of(image);
            if (!first.Save())
            {
                return false;
            }

            record = first;
            return true;
        }

        /// <summary>Decides which slot starts. A trial is counted before it is started, and checked each time.</summary>
        /// <param name="isCold">Not out of deep sleep: what is there is checked before it is trusted.</param>
        /// <returns><see cref="None"/> without intact firmware.</returns>
        public int Boot(bool isCold)
        {
            running = None;
            if (record == null)
            {
                return None;
            }

            running = record.Active;
            if (record.IsTrial)
            {
                StartTrial();
            }

            if (running == record.Active && isCold && !IsIntact(running))
            {
                running = GoBack();
            }

            return running;
        }

        /// <summary>Version of what runs; 0: nothing.</summary>
        public uint RunningVersion
        {
            get { return running == None ? 0 : record.Slots[running].Version; }
        }

        public bool IsOnProbation
        {
            get { return running != None && running != record.Active; }
        }

        /// <summary>The image of the slot that <see cref="Boot"/> chose.</summary>
        public byte[] RunningImage()
        {
            Slot slot = record.Slots[running];
            byte[] image = new byte[slot.SizeBytes];
            flash.Read(ImageNames[running], 0, image, 0, image.Length);
            return image;
        }

        /// <summary>Where the release goes that is <see cref="UpdateState.Downloading"/>.</summary>
        public string SpareName
        {
            get { return ImageNames[1 - record.Active]; }
        }

        /// <summary>Says how far this device is with a release, and prepares the spare slot when it is to be fetched.</summary>
        /// <param name="attempt">One that failed is tried again under another number only.</param>
        /// <param name="fault">With <see cref="UpdateState.Failed"/>.</param>
        public UpdateState Consider(Release release, byte[] manifest, int attempt, out ReleaseFault fault)
        {
            fault = ReleaseFault.None;
            Slot spare = record.Slots[1 - record.Active];
            if (ByteStrings.Equal(record.Slots[running].Release, release.Id))
            {
                return IsOnProbation ? UpdateState.Probation : UpdateState.Confirmed;
            }

            if (IsOnProbation)
            {
                return UpdateState.Waiting;
            }

            bool isKnown = ByteStrings.Equal(spare.Release, release.Id) && spare.Attempt == attempt;
            if (isKnown && record.IsTrial)
            {
                return UpdateState.Staged;
            }

            if (isKnown && spare.State == Slot.Filling)
            {
                return UpdateState.Downloading;
            }

            if (ByteStrings.Equal(record.FailedRelease, release.Id) && record.FailedAttempt == attempt)
            {
                fault = (ReleaseFault)record.FailedFault;
                return UpdateState.Failed;
            }

            fault = CheckAgainstRunning(release);
            if (fault == ReleaseFault.None)
            {
                fault = trust.Check(release);
            }

            if (fault == ReleaseFault.None && Prepare(release, manifest, attempt))
            {
                return UpdateState.Downloading;
            }

            fault = fault == ReleaseFault.None ? ReleaseFault.FlashFull : fault;
            Remember(release.Id, attempt, fault);
            return UpdateState.Failed;
        }

        /// <summary>The image is whole, its digest was found right: the next boot tries it. Checks the manifest once more.</summary>
        public ReleaseFault Stage()
        {
            int spare = 1 - record.Active;
            Slot slot = record.Slots[spare];
            Release release = ManifestOf(spare);
            ReleaseFault fault = release == null ? ReleaseFault.Damaged : trust.Check(release);
            if (fault == ReleaseFault.None)
            {
                slot.State = Slot.Staged;
                record.IsTrial = true;
                record.Boots = 0;
                if (record.Save())
                {
                    return ReleaseFault.None;
                }

                fault = ReleaseFault.FlashFull;
            }

            Fail(fault);
            return fault;
        }

        /// <summary>Gives up what is in the spare slot, and remembers why.</summary>
        public void Fail(ReleaseFault fault)
        {
            Slot spare = record.Slots[1 - record.Active];
            spare.State = Slot.Empty;
            record.IsTrial = false;
            record.Boots = 0;
            Remember(spare.Release, spare.Attempt, fault);
        }

        /// <summary>What runs has completed a session: it is what boots from now on.</summary>
        public void Confirm()
        {
            if (!IsOnProbation)
            {
                return;
            }

            Slot slot = record.Slots[running];
            slot.State = Slot.Confirmed;
            record.Active = running;
            record.IsTrial = false;
            record.Boots = 0;
            record.Floor = slot.Version > record.Floor ? slot.Version : record.Floor;
            record.Save();
        }

        private void StartTrial()
        {
            int trial = 1 - record.Active;
            Release release = ManifestOf(trial);
            if (record.Boots >= BootsMax)
            {
                Fail(ReleaseFault.NotConfirmed);
                return;
            }

            Slot slot = record.Slots[trial];
            bool isWhatWasStaged = release != null
                && ByteStrings.Equal(release.Id, slot.Release)
                && CheckAgainstRunning(release) == ReleaseFault.None
                && trust.Check(release) == ReleaseFault.None
                && IsIntact(trial);
            if (!isWhatWasStaged)
            {
                Fail(ReleaseFault.Damaged);
                return;
            }

            record.Boots++;
            if (record.Save())
            {
                running = trial;
            }
        }

        private ReleaseFault CheckAgainstRunning(Release release)
        {
            if (release.Version <= record.Floor)
            {
                return ReleaseFault.NotNewer;
            }

            return record.Slots[record.Active].Version < release.MinimumVersion ? ReleaseFault.TooOld : ReleaseFault.None;
        }

        // The boot record first says that the slot holds nothing, and last what will be in it.
        private bool Prepare(Release release, byte[] manifest, int attempt)
        {
            int spare = 1 - record.Active;
            Slot slot = record.Slots[spare];
            slot.State = Slot.Empty;
            record.IsTrial = false;
            record.Boots = 0;
            if (!record.Save())
            {
                return false;
            }

            flash.Delete(ImageNames[spare]);
            flash.Delete(ManifestNames[spare]);
            if (!flash.Append(ManifestNames[spare], manifest, 0, manifest.Length))
            {
                return false;
            }

            slot.State = Slot.Filling;
            slot.Version = release.Version;
            slot.SizeBytes = release.SizeBytes;
            slot.Digest = release.Digest;
            slot.Release = release.Id;
            slot.Attempt = attempt;
            return record.Save();
        }

        private void Remember(byte[] release, int attempt, ReleaseFault fault)
        {
            record.FailedRelease = release;
            record.FailedAttempt = attempt;
            record.FailedFault = (int)fault;
            record.Save();
        }

        // Decayed: the release before is as good as it was.
        private int GoBack()
        {
            int other = 1 - record.Active;
            if (record.Slots[other].State != Slot.Confirmed || !IsIntact(other))
            {
                return None;
            }

            record.Active = other;
            return record.Save() ? other : None;
        }

        private Release ManifestOf(int slot)
        {
            int length = flash.Length(ManifestNames[slot]);
            if (length < 0 || length > Release.ManifestBytesMax)
            {
                return null;
            }

            byte[] manifest = new byte[length];
            flash.Read(ManifestNames[slot], 0, manifest, 0, length);
            return Release.Read(manifest);
        }

        private bool IsIntact(int slot)
        {
            Slot expected = record.Slots[slot];
            if (flash.Length(ImageNames[slot]) != expected.SizeBytes)
            {
                return false;
            }

            Sha256 hash = new Sha256();
            byte[] piece = new byte[PieceBytes];
            for (int position = 0; position < expected.SizeBytes; position += PieceBytes)
            {
                int count = expected.SizeBytes - position < PieceBytes ? expected.SizeBytes - position : PieceBytes;
                flash.Read(ImageNames[slot], position, piece, 0, count);
                hash.Add(piece, 0, count);
            }

            return ByteStrings.Equal(hash.Finish(), expected.Digest);
        }
    }
}
