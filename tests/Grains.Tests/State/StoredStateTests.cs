using System.Collections.Immutable;
using System.Reflection;
using System.Text;
using System.Text.Json;
using Fog.Engine.Storage;
using Fog.Grains.Blobs;
using Fog.Grains.Clusters;
using Fog.Grains.Dispatch;
using Fog.Grains.Events;
using Fog.Grains.Expiry;
using Fog.Grains.Functions;
using Fog.Grains.Hosts;
using Fog.Grains.Identity;
using Fog.Grains.Interfaces;
using Fog.Grains.Interfaces.Blobs;
using Fog.Grains.Interfaces.Clusters;
using Fog.Grains.Interfaces.Dispatch;
using Fog.Grains.Interfaces.Events;
using Fog.Grains.Interfaces.Expiry;
using Fog.Grains.Interfaces.Ids;
using Fog.Grains.Interfaces.Invocations;
using Fog.Grains.Interfaces.Nodes;
using Fog.Grains.Interfaces.Rollouts;
using Fog.Grains.Invocations;
using Fog.Grains.Nodes;
using Fog.Grains.Rollouts;
using Fog.Grains.Rules;
using Fog.Grains.Tests.Site;

namespace Fog.Grains.Tests.State;

/// <summary>Bytes that every later version must read: a file for each state and schema version in tests/Vectors/state, and for what a version learned
/// to keep beside that, one more, its name behind a hyphen.</summary>
public class StoredStateTests
{
    private static readonly DateTimeOffset Now = new(2026, 8, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly NodeId Node = new("lab", "esp-1");
    private static readonly ClusterId Cluster = new("lab", "c1");
    private static readonly InvocationId Invocation = new("acme", "call");
    private static readonly FunctionId Function = new("acme", "square");
    private static readonly DutyCycle Cycle = new(TimeSpan.FromSeconds(10), 100);
    private static readonly BlobValue Value = BlobValue.Of(TestSite.Value(42));
    private static readonly BlobValue Large = BlobValue.Of(TestSite.LargeValue(1));
    private static readonly VoteOrder Order = new(Invocation, Function, 3, Digest.Of([1]), 100, new(1_000_000, 65_536, 64), Now.AddMinutes(10), Value);
    private static readonly Candidate Candidate = new(Node, Cycle, Now, Now.AddSeconds(9), 100_000, 1_000_000);
    private static readonly TaskId Task = TaskId.Of(Invocation, 1);
    private static readonly SeatVote Vote = new(Task, DeviceFailure.None, Value, 1000, TimeSpan.FromMilliseconds(50), 0.06);
    private static readonly TaskSnapshot Snapshot = new(Digest.Of([7]), 300, 2, 500_000, TimeSpan.FromSeconds(1), 0.5);
    private static readonly SuspendedSeat Suspended = new(Cluster, Node, Task, Snapshot);
    private static readonly StateIntervals Spent = new(
        TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(2), TimeSpan.FromMilliseconds(3), TimeSpan.FromMilliseconds(4), TimeSpan.FromMilliseconds(5), TimeSpan.FromSeconds(9));

    private static readonly Outcome Outcome = new(FogError.None, "", Value, new(3, 2, 0, 1, 1, [Node]), 1000, 0.12, 20.5, Now.AddSeconds(12));

    private static readonly UpdateOffer Offer = new(Digest.Of([5]), 2, 0x010203, [1, 2, 3], Digest.Of([6]));

    private static readonly Dictionary<string, object> Samples = new()
    {
        ["node"] = new NodeState
        {
            Key = [.. Enumerable.Range(0, 65).Select(i => (byte)i)],
            Membership = new(Cluster, 1_785_585_600_000_000, 3, Leader: true, TimeSpan.FromSeconds(2)),
            Facts = new(Cycle, 0x010203, 3300, 100_000, 1_000_000, TimeSpan.Zero),
            Epoch = 1_785_585_600_000_001,
            Asleep = true,
            LastSeen = Now,
            NextWake = Now.AddSeconds(9),
            ClockError = TimeSpan.FromMilliseconds(15),
            Tasks = [new(new(new(Task, Order.Image, 100, Order.Limits, Order.Deadline, Order.Arguments), Cluster, ViaLeader: true), Sent: true)],
            Fetches = [new(Task, Cluster, Large.Digest, Large.SizeBytes)],
            Stops = [Task],
            Energy = new(Spent, [new(new DateOnly(2026, 8, 1), Spent)]),
        },
        ["cluster"] = new ClusterState
        {
            Version = 1_785_585_600_000_000,
            Term = 3,
            Leader = Node,
            Members = [new(Candidate, Awake: true, TimeSpan.FromMilliseconds(15), TimeSpan.FromSeconds(1), Told: true, new ClusterId("lab", "c2"), 5, 1)],
            Votes =
            [
                new(
                    Order,
                    2,
                    Task,
                    Now,
                    [new(Node, Sent: true, Vote), Seat.Of(null), new(Node, Sent: false, Vote with { Failure = DeviceFailure.TooLargeForHeap, Result = null })],
                    [new(Node, 0.06, Dissented: true)],
                    new(Large.Digest, Node, Sent: true, 1, [Node]),
                    Outcome),
            ],
            Closed = [new(Invocation, Task, Value.Digest, [Node]), new(Invocation, Task, null, [])],
            Withdrawals = [new(Node, Task)],
            GraceFrom = Now,
        },
        ["cluster-suspended"] = new ClusterState
        {
            Votes =
            [
                new(
                    Order,
                    1,
                    Task,
                    Now,
                    [
                        Seat.Of(Node).Suspended(Snapshot),
                        Seat.Of(Node).Suspended(Snapshot).For(null) with { OnHost = true },
                        Seat.Of(Node).Suspended(Snapshot).For(null).Finished(Vote),
                    ],
                    [],
                    null,
                    null),
            ],
        },
        ["dispatcher"] = new DispatcherState
        {
            Clusters = [Cluster], Hosts = [new("lab", "gateway")], Unassigned = [new(Candidate, null), new(Candidate, Cluster)], LastClusterNumber = 7,
        },
        ["invocation"] = new InvocationState { Call = new(Digest.Of([2]), Order, "lab", Placement.Auto, Now, 7), TakenBy = "lab/c1", Outcome = Outcome, EffectsApplied = 3 },
        ["host"] = new HostState { Jobs = [new(Order, Now, null), new(Order, Now, Outcome)] },
        ["host-seat"] = new HostState { Jobs = [new(Order, Now, null, Suspended), new(Order, Now, null, Suspended, Vote)] },
        ["function"] = new FunctionState { Versions = [new(1, "square(x: i32) -> i32", 3, Digest.Of([3]), 200, Digest.Of([4]), 100)] },
        ["kept"] = new KeptState { Values = [new("total", "42", new(Now, Invocation, 3))] },
        ["releases"] = new CatalogueState { Releases = [new(Digest.Of([5]), Offer.Manifest, Now)] },
        ["rollout"] = new RolloutState
        {
            Offer = Offer,
            Release = "esp32-1.2.3",
            Policy = new([50, 250, 1000], 950, 2),
            Phase = RolloutPhase.Paused,
            Halt = RolloutHalt.Failures,
            Stage = 1,
            StartedAt = Now,
            Marks = "cf.",
            FailureCount = 1,
            SentBytes = 3_200,
            Failures = [new("esp-2", UpdateFault.NotConfirmed, 1)],
        },
        ["fleet"] = new RolloutFleet { Release = Offer.Release, StartedAt = Now, Devices = ["esp-1", "esp-2", "esp-3"] },
        ["directory"] = new DirectoryState { Names = ["square", "cube"] },
        ["blob"] = new BlobState { Content = [1, 2, 3] },
        ["expiry"] = new ExpiryState { Entries = [new(ExpiryKind.Invocation, "acme/call"), new(ExpiryKind.Blob, Large.Digest.Hex)] },
        ["sweeper"] = new SweeperState { From = Now },
        ["identity"] = new IdentityState
        {
            Enrolled = ["esp-1", "esp-2"], Revoked = ["esp-3"], Tokens = [new("ci", Digest.Of([5]).Hex.Select(c => (byte)c).Take(32).ToImmutableArray(), Now)], Keys = ["0a1b2c3d"],
        },
        ["journal"] = new JournalState
        {
            Entries =
            [
                new(7, 638_900_000_000_000_000, SiteEvent.Of(SiteEventKind.LeaderElected, Now, Node, Cluster, term: 3)),
                new(8, 638_900_000_000_000_001, SiteEvent.Accepted(Now, Invocation, Function)),
                new(9, 638_900_000_000_000_002, SiteEvent.Ended(Invocation, Function, Outcome with { Error = FogError.NoMajority })),
                new(10, 638_900_000_000_000_003, SiteEvent.RateExceeded(Now, Node)),
                new(11, 0, SiteEvent.EmittedBy(Invocation, Function, Now, 3, "alarms", "too hot")),
            ],
        },
    };

    public static TheoryData<string> Names => [.. Samples.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Stored_bytes_of_the_current_version_are_read_and_written_as_ever(string name)
    {
        var type = Samples[name].GetType();
        string stored = Stored($"{name}.v{type.GetProperty("Schema")!.GetValue(Samples[name])}.json");
        var read = JsonSerializer.Deserialize(stored, type, StateJson.Options);
        Assert.Equal(stored, Serialise(read!));
        Assert.Equal(stored, Serialise(Samples[name]));
        var again = typeof(StoredStateTests).GetMethod(nameof(Again), BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(type);
        Assert.Equal(stored, again.CreateDelegate<Func<string, string>>()(stored));
    }

    [Fact]
    public void A_node_of_version_1_has_its_key_as_it_was_until_it_is_sealed()
    {
        var read = JsonSerializer.Deserialize<NodeState>(Stored("node.v1.json"), StateJson.Options)!;
        Assert.Equal(Enumerable.Range(0, 32).Select(static i => (byte)i), read.PlainKey!.Value);
        Assert.Equal(Serialise(Samples["node"]), Serialise(read with { Key = ((NodeState)Samples["node"]).Key, PlainKey = null }));
    }

    [Fact]
    public void A_rollout_of_version_1_has_its_devices_until_they_have_a_record_of_their_own()
    {
        var read = JsonSerializer.Deserialize<RolloutState>(Stored("rollout.v1.json"), StateJson.Options)!;
        Assert.Equal<string>(((RolloutFleet)Samples["fleet"]).Devices, read.FormerDevices!.Value);
        Assert.Equal(Serialise(Samples["rollout"]), Serialise(read with { FormerDevices = null }));
    }

    [Theory]
    [InlineData(0L, 1L, -1L)]
    [InlineData(long.MinValue, long.MaxValue, TimeSpan.TicksPerDay)]
    [InlineData(TimeSpan.TicksPerHour, 10_000_000L, 12_345_678_901_234L)]
    public void Intervals_are_written_and_read_as_the_library_would(long a, long b, long c)
    {
        StateIntervals intervals = new(new(a), new(b), new(c), new(a / 7), new(b / 3), new(c / 2));
        string expected = $"{{\"Spent\":{JsonSerializer.Serialize(intervals)},\"Days\":[]}}";

        Assert.Equal(expected, Serialise(new EnergyLedger(intervals, [])));
        Assert.Equal(intervals, JsonSerializer.Deserialize<EnergyLedger>(expected, StateJson.Options)!.Spent);
    }

    [Theory]
    [InlineData("{}", 0)]
    [InlineData("""{"Sleep":"00:00:01","Later":[{"x":1}],"Connect":"00:00:02"}""", 3)]
    public void Intervals_in_another_order_or_with_others_are_read(string stored, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), JsonSerializer.Deserialize<EnergyLedger>($"{{\"Spent\":{stored},\"Days\":[]}}", StateJson.Options)!.Spent.Total);

    [Theory]
    [InlineData("[]")]
    [InlineData("""{"Sleep":1}""")]
    [InlineData("""{"Sleep":"soon"}""")]
    [InlineData("""{"Sleep":"00:00:01 "}""")]
    public void Intervals_that_are_none_are_refused(string stored) =>
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<EnergyLedger>($"{{\"Spent\":{stored},\"Days\":[]}}", StateJson.Options));

    [Fact]
    public void Every_state_of_a_grain_has_its_file()
    {
        var states =
            from type in typeof(ClusterGrain).Assembly.GetTypes()
            where typeof(Grain).IsAssignableFrom(type)
            from parameter in type.GetConstructors().Single().GetParameters()
            where parameter.GetCustomAttribute<PersistentStateAttribute>() is not null
            select parameter.GetCustomAttribute<PersistentStateAttribute>()!.StateName;
        Assert.Equal(states.Order(), Samples.Keys.Select(static name => name.Split('-')[0]).Distinct().Order());
    }

    private static string Folder =>
        Path.Combine(typeof(StoredStateTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "VectorsFolder").Value!, "state");

    private static string Stored(string file) => File.ReadAllText(Path.Combine(Folder, file)).TrimEnd();

    /// <summary>As an activation reads it and writes it.</summary>
    private static string Again<TState>(string stored) => Encoding.UTF8.GetString(StateJson.Write(StateJson.Read<TState>(Encoding.UTF8.GetBytes(stored))));

    private static string Serialise(object state) => Encoding.UTF8.GetString(JsonSerializer.SerializeToUtf8Bytes(state, state.GetType(), StateJson.Options));
}
