namespace Fog.Benchmarks.Mqtt;

/// <summary>
/// This project's broker and Debian's mosquitto in one run under one load generator, taking turns, so that
/// what else the machine does meets both.
/// </summary>
internal static class MqttBenchmark
{
    private const int Rounds = 5;
    private const int LatencySamples = 2000;
    private const double BytesPerConnectionMax = 10 * 1024;
    private const double RowMin = 0.7;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1.5);
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(1);

    private static readonly Throughput[] Rows =
    [
        new("one-to-one-0", 0, 1, 1, Batch: 16, Window: 512),
        new("one-to-one-1", 1, 1, 1, Batch: 16, Window: 512),
        new("fan-in-0", 0, 1000, 1, Batch: 1, Window: 2000),
        new("fan-in-1", 1, 1000, 1, Batch: 1, Window: 1000),
        new("fan-out-0", 0, 1, 1000, Batch: 1, Window: 8000),
        new("fan-out-1", 1, 1, 1000, Batch: 1, Window: 8000),
    ];

    /// <returns>0 if the bars hold.</returns>
    public static async Task<int> RunAsync(string[] names)
    {
        var all = names.Length == 0;
        var holds = true;
        var ratios = new List<double>();
        Console.WriteLine($"{"row",-16}{"fog",14}{"mosquitto",14}{"ratio",8}{"fog",11}{"mosquitto",13}   processor time");
        foreach (var row in Rows.Where(row => all || names.Contains(row.Name)))
        {
            var (ours, theirs) = await CompareAsync(row);
            var ratio = ours.PerSecond / theirs.PerSecond;
            ratios.Add(ratio);
            holds &= ratio >= RowMin;
            Console.WriteLine(
                $"{row.Name,-16}{ours.PerSecond,12:N0}/s{theirs.PerSecond,12:N0}/s{ratio,8:F2}{ours.Processor,8:F2} us{theirs.Processor,10:F2} us");
        }

        if (ratios.Count > 0)
        {
            var mean = Math.Exp(ratios.Average(Math.Log));
            holds &= mean >= 1;
            Console.WriteLine($"{"geometric mean",-16}{"",28}{mean,8:F2}");
        }

        if (all || names.Contains("latency"))
            await CompareLatencyAsync();
        if (all || names.Contains("memory"))
            holds &= await CompareMemoryAsync();
        Console.WriteLine(holds ? "The bars hold." : "A bar does not hold.");
        return holds ? 0 : 1;
    }

    private static async Task<(Rate Ours, Rate Theirs)> CompareAsync(Throughput row)
    {
        using var fog = await BrokerProcess.StartOursAsync();
        using var mosquitto = await BrokerProcess.StartMosquittoAsync();
        using var ours = await row.StartAsync(fog);
        using var theirs = await row.StartAsync(mosquitto);
        await ours.MeasureAsync(WarmUp);
        await theirs.MeasureAsync(WarmUp);
        var (ourRounds, theirRounds) = (new List<Rate>(), new List<Rate>());
        for (var i = 0; i < Rounds; i++)
        {
            ourRounds.Add(await ours.MeasureAsync(Round));
            theirRounds.Add(await theirs.MeasureAsync(Round));
        }

        return (Median(ourRounds), Median(theirRounds));
    }

    private static async Task CompareLatencyAsync()
    {
        using var fog = await BrokerProcess.StartOursAsync();
        using var mosquitto = await BrokerProcess.StartMosquittoAsync();
        foreach (var qos in new[] { 0, 1 })
        {
            await Latency.MeasureAsync(fog, qos, LatencySamples);
            var ours = await Latency.MeasureAsync(fog, qos, LatencySamples);
            var theirs = await Latency.MeasureAsync(mosquitto, qos, LatencySamples);
            foreach (var percentile in new[] { 50, 99 })
            {
                var (a, b) = (ours[LatencySamples * percentile / 100], theirs[LatencySamples * percentile / 100]);
                Console.WriteLine($"{$"latency-{qos} p{percentile}",-16}{a,11:N0} us{b,11:N0} us{b / a,8:F2}");
            }
        }
    }

    private static async Task<bool> CompareMemoryAsync()
    {
        using var fog = await BrokerProcess.StartOursAsync();
        using var mosquitto = await BrokerProcess.StartMosquittoAsync();
        var perConnection = 0.0;
        var idle = new List<LoadConnection>();
        var (ours, theirs) = (fog.ResidentBytes, mosquitto.ResidentBytes);
        foreach (var count in new[] { 1000, 5000, 15_000 })
        {
            // Each process may have as many files open as there are connections to one broker: one after the other.
            perConnection = await GrowthAsync(fog, ours, idle, count);
            var other = await GrowthAsync(mosquitto, theirs, idle, count);
            Console.WriteLine($"{$"idle {count}",-16}{perConnection / 1024,11:F1} KB{other / 1024,11:F1} KB{other / perConnection,8:F2}");
        }

        return perConnection <= BytesPerConnectionMax;
    }

    private static async Task<double> GrowthAsync(BrokerProcess broker, long before, List<LoadConnection> idle, int count)
    {
        for (var i = 0; i < count; i++)
            idle.Add(await LoadConnection.OpenAsync(broker.EndPoint, $"i{i}", bufferBytes: 4));
        await Task.Delay(TimeSpan.FromSeconds(2));
        var growth = (double)(broker.ResidentBytes - before) / count;
        idle.ForEach(c => c.Dispose());
        idle.Clear();
        await Task.Delay(TimeSpan.FromSeconds(1));
        return growth;
    }

    private static Rate Median(List<Rate> rounds) => new(
        rounds.Select(r => r.PerSecond).Order().ElementAt(rounds.Count / 2),
        rounds.Select(r => r.Processor).Order().ElementAt(rounds.Count / 2));
}
