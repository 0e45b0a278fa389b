using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Fog.Engine.Hosting;
using Fog.Engine.Reminders;
using Fog.Engine.Storage;
using Fog.Engine.Streams;
using Fog.Engine.Tests.Runtime;
using Microsoft.Data.Sqlite;

namespace Fog.Engine.Tests.Storage;

/// <summary>Stored bytes of earlier versions are brought forward, and those of later ones refused.</summary>
public sealed class StateSchemaTests : IDisposable
{
    private static readonly string s_vectors = Path.Combine(
        System.Reflection.CustomAttributeExtensions.GetCustomAttributes<System.Reflection.AssemblyMetadataAttribute>(typeof(StateSchemaTests).Assembly).Single(a => a.Key == "VectorsFolder").Value!, "store");

    private readonly string _folder = Directory.CreateTempSubdirectory("fog-schema-").FullName;

    private string File => Path.Combine(_folder, "fog.db");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>Version 1 had seconds, version 2 milliseconds, version 3 says so in its name.</summary>
    public sealed record Period
    {
        public int Schema { get; init; } = 3;

        public int Milliseconds { get; init; }

        public static void Upgrade(JsonObject stored, int from)
        {
            switch (from)
            {
                case 1:
                    stored["Length"] = (int)stored["Length"]! * 1000;
                    break;
                case 2:
                    stored["Milliseconds"] = (int)stored["Length"]!;
                    stored.Remove("Length");
                    break;
            }
        }
    }

    public sealed record Abandoned
    {
        public int Schema { get; init; } = 2;
    }

    [Theory]
    [InlineData("""{"Schema":1,"Length":5}""")]
    [InlineData("""{"Schema":2,"Length":5000}""")]
    [InlineData("""{"Schema":3,"Milliseconds":5000}""")]
    [InlineData("""{"Other":{"Schema":9},"Schema":2,"Length":5000}""")]
    public void A_state_of_any_earlier_version_is_read_as_the_current_one_and_written_so(string stored)
    {
        var read = JsonSerializer.Deserialize<Period>(stored, StateJson.Options)!;
        Assert.Equal(new Period { Milliseconds = 5000 }, read);
        Assert.Equal("""{"Schema":3,"Milliseconds":5000}""", JsonSerializer.Serialize(read, StateJson.Options));
        Assert.Equal(read, StateJson.Read<Period>(Encoding.UTF8.GetBytes(stored)));
        Assert.Equal("""{"Schema":3,"Milliseconds":5000}""", Encoding.UTF8.GetString(StateJson.Write(read)));
    }

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("""{"Schema":3,"Milliseconds":5000""")]
    [InlineData("""{"Schema":3,"Milliseconds":5000}}""")]
    [InlineData("""{"Schema":3,"Milliseconds":"much"}""")]
    [InlineData("""{"Schema":2,"Length":5000}}""")]
    public void What_is_no_state_is_read_as_the_serializer_reads_it(string stored)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(stored);
        Assert.Equal(
            Record.Exception(() => JsonSerializer.Deserialize<Period>(bytes, StateJson.Options)) is JsonException,
            Record.Exception(() => StateJson.Read<Period>(bytes)) is JsonException);
        Assert.Equal(stored == "null", Record.Exception(() => StateJson.Read<Period>(bytes)) is null);
    }

    [Theory]
    [InlineData("""{"Schema":4,"Milliseconds":5000}""", "schema 4")]
    [InlineData("""{"Schema":0}""", "schema 0")]
    [InlineData("""{"Schema":"1"}""", "no member Schema")]
    [InlineData("""{}""", "no member Schema")]
    public void A_state_of_a_later_version_or_of_none_is_refused(string stored, string why) =>
        Assert.All<Func<Period?>>(
            [() => JsonSerializer.Deserialize<Period>(stored, StateJson.Options), () => StateJson.Read<Period>(Encoding.UTF8.GetBytes(stored))],
            read => Assert.Contains(why, Assert.Throws<JsonException>(read).Message));

    [Fact]
    public void A_state_that_forgot_its_past_is_refused() =>
        Assert.All<Action>(
            [() => JsonSerializer.Serialize(new Abandoned(), StateJson.Options), () => StateJson.Write(new Abandoned()), () => StateJson.Read<Abandoned>("{\"Schema\":2}"u8)],
            use => Assert.Contains("no Upgrade", Assert.ThrowsAny<Exception>(use).ToString()));

    [Fact]
    public void A_reminder_is_read_as_it_was_stored_by_version_1()
    {
        var stored = System.IO.File.ReadAllText(Path.Combine(s_vectors, "reminder.v1.json")).TrimEnd();
        var schedule = new ReminderSchedule(new DateTime(2026, 8, 1, 12, 0, 0, DateTimeKind.Utc), TimeSpan.FromMinutes(1.5));
        var key = new RecordKey(RecordKind.Reminder, "dispatcher/lab", "revive");
        Assert.Equal(schedule, Reminder.Read(key, new StoredRecord(1, RecordFormat.Json, Encoding.UTF8.GetBytes(stored))).Schedule);
        Assert.Equal(stored, JsonSerializer.Serialize(schedule, StateJson.Options));
        Assert.Contains("'revive' of dispatcher/lab has format 2", Assert.Throws<UnreadableStateException>(() => Reminder.Read(key, new StoredRecord(1, 2, []))).Message);
    }

    [Fact]
    public void A_subscription_and_an_item_of_a_stream_are_read_as_they_were_stored_by_version_1()
    {
        var key = new RecordKey(RecordKind.StreamSubscription, "feeds/feed/a", "08de0000000000000000000000000001");
        string stored = System.IO.File.ReadAllText(Path.Combine(s_vectors, "subscription.v1.json")).TrimEnd();
        var subscription = StreamSubscription.Read(key, new StoredRecord(5, RecordFormat.Json, Encoding.UTF8.GetBytes(stored)), static _ => null);
        Assert.Equal(("reader/r", 638_900_000_000_000_007), (subscription.Subscriber, subscription.Cursor));
        Assert.Equal((key, stored), (subscription.Write(key.Grain).Key, Encoding.UTF8.GetString(subscription.Write(key.Grain).Body!)));
        Assert.Contains("of stream feeds/feed/a has format 2", Assert.Throws<UnreadableStateException>(() => StreamSubscription.Read(key, new StoredRecord(1, 2, []), static _ => null)).Message);

        var itemKey = new RecordKey(RecordKind.StreamItem, "feeds/feed/a", "0638900000000000008");
        byte[] body = Encoding.UTF8.GetBytes(System.IO.File.ReadAllText(Path.Combine(s_vectors, "item.v1.json")).TrimEnd());
        var item = StreamItem.Read(itemKey, new StoredRecord(6, RecordFormat.Json, body));
        Assert.Equal((638_900_000_000_000_008, "late", itemKey), (item.Sequence, item.As<string>(), item.KeyIn(itemKey.Grain)));
        Assert.Contains("has format 2", Assert.Throws<UnreadableStateException>(() => StreamItem.Read(itemKey, new StoredRecord(1, 2, []))).Message);
    }

    [Fact]
    public async Task A_store_of_version_1_is_opened_with_all_that_is_in_it()
    {
        System.IO.File.Copy(Path.Combine(s_vectors, "store.v1.db"), File);
        await using var host = await EngineHost.StartAsync(options =>
        {
            options.AddGrain<LedgerGrain>();
            options.DataFile = File;
        });
        Assert.Equal(42, (await host.GrainFactory.GetGrain<ILedgerGrain>("old").Read()).Total);
        Assert.Equal(43, await host.GrainFactory.GetGrain<ILedgerGrain>("old").Add(1).Come("the next write"));
    }

    [Fact]
    public void A_store_is_brought_forward_in_steps_and_never_back()
    {
        System.IO.File.Copy(Path.Combine(s_vectors, "store.v1.db"), File);
        string[] steps = [.. SqliteSchema.Steps, "ALTER TABLE record ADD COLUMN owner TEXT;", "UPDATE record SET owner = 'nobody';"];
        using (var connection = new SqliteConnection($"Data Source={File};Pooling=False"))
        {
            connection.Open();
            SqliteSchema.Prepare(connection, File, steps);
            Assert.Equal(steps.Length, SqliteSchema.Query(connection, "PRAGMA user_version"));
            Assert.Equal(2, SqliteSchema.Query(connection, "SELECT count(*) FROM record WHERE owner = 'nobody'"));
            SqliteSchema.Prepare(connection, File, steps);
        }

        Assert.Contains("later version", Assert.Throws<StoreUnavailableException>(() => SqliteRecordStore.Open(File)).Message);
    }

    [Fact]
    public void A_step_that_fails_leaves_the_store_as_it_was()
    {
        System.IO.File.Copy(Path.Combine(s_vectors, "store.v1.db"), File);
        using (var connection = new SqliteConnection($"Data Source={File};Pooling=False"))
        {
            connection.Open();
            Assert.Throws<SqliteException>(() => SqliteSchema.Prepare(connection, File, [.. SqliteSchema.Steps, "DELETE FROM record; SELECT nonsense;"]));
        }

        using var store = SqliteRecordStore.Open(File);
        Assert.Equal(2, store.Snapshot().Count());
    }
}
