using System.Collections.Immutable;
using System.Security.Cryptography;
using Fog.Engine.Hosting;
using Fog.Grains.Clusters;
using Fog.Grains.Events;
using Fog.Grains.Hosts;
using Fog.Grains.Nodes;
using Fog.Grains.Secrets;
using Fog.Grains.Interfaces.Clusters;
using Fog.Grains.Interfaces.Dispatch;
using Fog.Grains.Interfaces.Events;
using Fog.Grains.Interfaces.Functions;
using Fog.Grains.Interfaces.Ids;
using Fog.Grains.Interfaces.Invocations;
using Fog.Wasm.Format;
using Fog.Wasm.Runtime.Values;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Fog.Grains.Tests.Site;

/// <summary>The fog without bytes: all grains on the embedded engine, on a clock that stands still, with scripted devices.</summary>
internal sealed class TestSite : IAsyncDisposable
{
    public const string Name = "lab";
    public const string Tenant = "acme";

    /// <summary>As in a silo, the same after a restart.</summary>
    public static KeyRing Keys { get; } = new(new MasterKey(SHA256.HashData("of the tests"u8)));

    private TestSite(EngineHost host, FogOptions options, FakeExecutor executor, FaultyStore store, NodeLog log)
    {
        Log = log;
        Store = store;
        Host = host;
        Options = options;
        Executor = executor;
    }

    public EngineHost Host { get; }

    public FaultyStore Store { get; }

    /// <summary>What node grains logged.</summary>
    public NodeLog Log { get; }

    public FogOptions Options { get; }

    public FakeExecutor Executor { get; }

    public List<FakeDevice> Devices { get; } = [];

    /// <summary>Called when a device woke, did its work and sleeps again.</summary>
    public Action OnWake { get; set; } = static () => { };

    public DateTimeOffset Now => Host.Clock.GetUtcNow();

    /// <summary>Node grains in memory now.</summary>
    public int LiveNodes => Host.Census.LiveByClass.GetValueOrDefault(typeof(NodeGrain));

    public IDispatcherGrain Dispatcher => Host.GrainFactory.GetGrain<IDispatcherGrain>(Name);

    /// <param name="hasStreams">False: nothing can be published.</param>
    public static async Task<TestSite> Start(FogOptions? options = null, bool hasStreams = true)
    {
        options ??= new FogOptions();
        var executor = new FakeExecutor();
        var store = new FaultyStore();
        var log = new NodeLog();
        var host = await EngineHost.StartAsync(
            engine =>
            {
                engine.AddGrains(typeof(ClusterGrain).Assembly);
                if (hasStreams)
                {
                    engine.AddStreams(SiteStream.Provider);
                }

                engine.Store = store;
            },
            services => services.AddFogGrains(options, static _ => Keys).AddSingleton<IRandomSource>(new SeededBytes()).AddSingleton<IFunctionExecutor>(executor).AddSingleton<ILogger<NodeGrain>>(log).AddSingleton<ILogger<HostGrain>>(log));
        return new(host, options, executor, store, log);
    }

    /// <summary>A site with the function deployed and one cluster of so many devices, asleep.</summary>
    public static async Task<TestSite> WithCluster(int devices, double periodSeconds = 10, FogOptions? options = null, bool hasStreams = true)
    {
        var site = await Start(options, hasStreams);
        await site.Deploy();
        for (int i = 0; i < devices; i++)
        {
            site.AddDevice($"d{i}", periodSeconds);
        }

        await site.EnrolAll();
        await site.Run(TimeSpan.FromSeconds(3 * periodSeconds));
        return site;
    }

    public FakeDevice AddDevice(string name, double periodSeconds = 10, long heap = 100_000)
    {
        var device = new FakeDevice(this, name) { Cycle = new(TimeSpan.FromSeconds(periodSeconds), 100), Heap = heap };
        Devices.Add(device);
        return device;
    }

    public async Task EnrolAll()
    {
        foreach (var device in Devices.Where(static d => d.Key.IsDefault))
        {
            await device.Enrol();
        }
    }

    public FakeDevice Device(string name) => Devices.Single(d => d.Name == name);

    public FakeDevice Device(NodeId node) => Device(node.Name);

    public IInvocationGrain Call(string key) => Host.GrainFactory.GetGrain<IInvocationGrain>($"{Tenant}/{key}");

    public IClusterGrain Cluster(string name = "c1") => Host.GrainFactory.GetGrain<IClusterGrain>($"{Name}/{name}");

    public static InvocationRequest Request(int? replicas = 3, double timeoutSeconds = 600, Placement placement = Placement.Devices, string arguments = "[6]") =>
        new(new FunctionId(Tenant, "square"), Name, arguments, replicas, TimeSpan.FromSeconds(timeoutSeconds), placement);

    public Task<InvocationStatus> Invoke(string key, int? replicas = 3, double timeoutSeconds = 600, Placement placement = Placement.Devices, string arguments = "[6]") =>
        Within(Call(key).Start(Request(replicas, timeoutSeconds, placement, arguments)), $"start of {key}");

    public Task<FunctionView> Deploy() => Host.GrainFactory.GetGrain<IFunctionGrain>($"{Tenant}/square").Deploy(SquareModule());

    /// <summary>Time passes; devices wake on their schedule and do their work.</summary>
    public async Task Run(TimeSpan time)
    {
        var until = Now + time;
        while (Devices.Where(d => !d.IsDead && !d.Key.IsDefault && d.Session is null).MinBy(static d => d.NextWake) is { } next && next.NextWake <= until)
        {
            await Advance(next.NextWake > Now ? next.NextWake - Now : TimeSpan.Zero);
            await next.Cycle1();
            OnWake();
        }

        await Advance(until - Now);
    }

    /// <summary>Runs until the call has its outcome.</summary>
    public async Task<InvocationStatus> Outcome(string key, double secondsMax = 600)
    {
        for (double seconds = 0; seconds < secondsMax; seconds++)
        {
            var status = await Call(key).Describe();
            if (status.Phase != InvocationPhase.Running)
            {
                return status;
            }

            await Run(TimeSpan.FromSeconds(1));
        }

        throw new TimeoutException($"No outcome of call '{key}' within {secondsMax} virtual seconds; {await Call(key).Describe()}");
    }

    /// <summary>Waits until the call has its outcome while time stands still: for work that is done outside of the engine.</summary>
    public async Task<InvocationStatus> Completed(string key)
    {
        var done = new Arrival();
        var reference = Host.GrainFactory.CreateObjectReference<IInvocationObserver>(done);
        await Call(key).Watch(reference);
        var status = await Within(done.Outcome, $"call '{key}'");
        GC.KeepAlive(done);
        return status;
    }

    /// <summary>Everything that is due now has happened, timers of this moment included.</summary>
    public Task Settle() => Advance(TimeSpan.Zero);

    public Task Advance(TimeSpan time) => Within(Host.AdvanceAsync(time), $"advancing by {time}");

    public Task Crash()
    {
        foreach (var device in Devices)
        {
            device.Disconnect();
        }

        return Within(Host.CrashAsync(), "a crash and restart");
    }

    /// <summary>The process dies while a call ends, or in the minute after, and comes back.</summary>
    /// <param name="commits">The one after so many others is its last.</param>
    /// <param name="isDurable">Whether the disk has that one.</param>
    /// <returns>False: all was done before.</returns>
    public async Task<bool> DiesBeforeEnd(string call, int commits, bool isDurable)
    {
        if (isDurable)
        {
            Store.DenyAfter(commits);
        }
        else
        {
            Store.DieAfter(commits);
        }

        try
        {
            await Outcome(call, secondsMax: 60);
            await Run(TimeSpan.FromSeconds(60));
        }
        catch (Exception e) when (e is OrleansException or TimeoutException)
        {
            Assert.True(Store.HasFailed, $"before commit {commits} failed: {e}");
        }

        bool died = Store.HasFailed;
        Store.Heal();
        await Crash();
        await Dispatcher.Revive();
        return died;
    }

    /// <summary>What the journal tells.</summary>
    public async Task<IReadOnlyList<SiteEvent>> Events() =>
        [.. (await Within(Host.GrainFactory.GetGrain<IJournalGrain>(Name).Read(0), "the journal")).Select(static e => e.Event)];

    /// <summary>A real-time bound, so that a test that hangs says where.</summary>
    public static async Task Within(Task task, string what)
    {
        try
        {
            await task.WaitAsync(TimeSpan.FromMinutes(2));
        }
        catch (TimeoutException) when (!task.IsCompleted)
        {
            throw new TimeoutException($"{what} did not complete.");
        }
    }

    public static async Task<T> Within<T>(Task<T> task, string what)
    {
        await Within((Task)task, what);
        return await task;
    }

    /// <summary>The canonical result of a function that returned this value, and wants this done.</summary>
    public static ImmutableArray<byte> Value(object value, params FogEffect[] effects) =>
        [.. ValueCodec.EncodeResult(new FogResult.Returned(FogValue.Of(value)) { Effects = [.. effects] })];

    /// <summary>A canonical result that does not fit inline.</summary>
    public static ImmutableArray<byte> LargeValue(int seed) =>
        [.. ValueCodec.EncodeResult(new FogResult.Returned(FogValue.Of(Enumerable.Range(seed, 400).Select(static i => (double)i).ToArray())))];

    public static ImmutableArray<byte> Trap(Fog.Wasm.Portable.TrapCode code) => [.. ValueCodec.EncodeResult(new FogResult.Trapped(code, 0, 17))];

    /// <summary>square(x: i32) -> i32, three replicas.</summary>
    public static ImmutableArray<byte> SquareModule(string version = "1", int replicas = 3)
    {
        var i32 = new FogType(FogKind.I32);
        var manifest = new FunctionManifest("square", version, [new("x", i32)], i32, replicas);
        return
        [
            .. ModuleWriter.Write(new Module
            {
                Types = [manifest.ExportType],
                Functions = [new(0, [], [Instruction.WithIndex(Opcode.LocalGet, 0), Instruction.WithIndex(Opcode.LocalGet, 0), Opcode.I32Mul, Opcode.End])],
                Exports = [new("square", ExternalKind.Function, 0)],
                CustomSections = [manifest.ToSection()],
            }),
        ];
    }

    /// <summary>gauge() -> f64, which reads a sensor.</summary>
    public static ImmutableArray<byte> GaugeModule()
    {
        var manifest = new FunctionManifest("gauge", "1", [], new(FogKind.F64), Replicas: 3);
        return
        [
            .. ModuleWriter.Write(new Module
            {
                Types = [manifest.ExportType, new([WasmType.I32, WasmType.I32], [WasmType.F64])],
                Imports = [new(FogImports.ModuleName, FogImports.Sensor, ExternalKind.Function, 1)],
                Functions = [new(0, [], [Instruction.I32Const(0), Instruction.I32Const(1), Instruction.WithIndex(Opcode.Call, 0), Opcode.End])],
                Memories = [new(new(1))],
                Exports = [new("gauge", ExternalKind.Function, 1)],
                CustomSections = [manifest.ToSection()],
            }),
        ];
    }

    public ValueTask DisposeAsync() => Host.DisposeAsync();

    private sealed class Arrival : IInvocationObserver
    {
        private readonly TaskCompletionSource<InvocationStatus> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<InvocationStatus> Outcome => _outcome.Task;

        public void Changed(InvocationStatus status)
        {
            if (status.Outcome is not null)
            {
                _outcome.TrySetResult(status);
            }
        }
    }

    /// <summary>The same bytes in every run.</summary>
    private sealed class SeededBytes : IRandomSource
    {
        private int _counter;

        public void Fill(Span<byte> bytes) => SHA256.HashData(BitConverter.GetBytes(Interlocked.Increment(ref _counter))).AsSpan(0, bytes.Length).CopyTo(bytes);
    }
}
