using System.Text.Json.Nodes;

namespace Turnpike.EndToEnd;

/// <summary>Responses that are stored where the operator lets them be, gone on with, read and deleted.</summary>
public sealed class StoredResponseTests : IAsyncLifetime
{
    private const string Path = "/api/v1/responses";
    private const string Native = "test/native";

    private const string NativeWhole =
        """{"id":"resp_up","object":"response","status":"completed","model":"native","store":false,"previous_response_id":null,"output":[{"id":"msg_1","type":"message","status":"completed","role":"assistant","content":[{"type":"output_text","text":"Hi","annotations":[]}]}],"usage":{"input_tokens":10,"output_tokens":5,"total_tokens":15}}""";

    private readonly ScriptedProvider _native = ScriptedProvider.Start();
    private GatewayHarness _gateway = null!;

    public async ValueTask InitializeAsync() => _gateway = await StartAsync(static c => c.Set("responses.store", true).Set("logLevel", "trace"));

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _native.DisposeAsync();
    }

    [Fact]
    public async Task A_conversation_goes_on_from_response_to_response()
    {
        var first = await AskAsync("\"one\"", "\"store\":true,\"instructions\":\"Be short.\"");
        var second = await AskAsync("[{\"role\":\"user\",\"content\":\"two\"}]", $"\"store\":true,\"previous_response_id\":\"{Id(first)}\"");
        var third = await AskAsync("\"three\"", $"\"previous_response_id\":\"{Id(second)}\"");

        Assert.Equal([true, true, false], new[] { first, second, third }.Select(static r => (bool)r.Json["store"]!));
        Assert.Equal([null, Id(first), Id(second)], new[] { first, second, third }.Select(static r => (string?)r.Json["previous_response_id"]));
        var messages = _gateway.Alpha.Exchanges[2].Json["messages"]!.AsArray();
        Assert.Equal(["user", "assistant", "user", "assistant", "user"], messages.Select(static m => (string)m!["role"]!)); // instructions are not carried over
        Assert.Equal(["one", "Hello there", "two", "Hello there", "three"], messages.Select(static m => (string)m!["content"]!));
        Assert.True((int)third.Usage!["input_tokens"]! > 0);
        Assert.Equal(400, (await AskAsync("\"four\"", $"\"previous_response_id\":\"{Id(third)}\"")).Status);
    }

    [Fact]
    public async Task A_stream_is_stored_before_its_end_is_told()
    {
        var stream = await _gateway.Client.StreamAtAsync(Path, Body(GatewayHarness.Plain, "\"one\"", "\"store\":true,\"stream\":true"));
        var told = stream.Chunks[^1]["response"]!;
        var kept = await _gateway.Client.GetAsync($"{Path}/{told["id"]}");

        Assert.Equal(("response.completed", true), ((string)stream.Chunks[^1]["type"]!, (bool)told["store"]!));
        Assert.Equal(told.ToJsonString(), kept.Json.ToJsonString());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_provider_of_the_dialect_gets_the_history_and_is_asked_to_store_nothing(bool isStream)
    {
        _native.Otherwise(e => e.IsStream
            ? Answer.Stream($"event: response.completed\ndata: {{\"type\":\"response.completed\",\"sequence_number\":0,\"response\":{NativeWhole}}}\n\n")
            : Answer.Json(NativeWhole));
        var first = await AskAsync("\"one\"", "\"store\":true", Native);

        var fields = $"\"previous_response_id\":\"{Id(first)}\",\"store\":true";
        var second = isStream
            ? (await _gateway.Client.StreamAtAsync(Path, Body(Native, "\"two\"", fields + ",\"stream\":true"))).Chunks[^1]["response"]!
            : (await AskAsync("\"two\"", fields, Native)).Json;

        Assert.Equal((true, Id(first)), ((bool)second["store"]!, (string?)second["previous_response_id"]));
        var sent = _native.Exchanges[1].Json;
        Assert.Equal((false, false), ((bool)sent["store"]!, sent.AsObject().ContainsKey("previous_response_id")));
        Assert.Equal(["user", "assistant", "user"], sent["input"]!.AsArray().Select(static i => (string)i!["role"]!));
        Assert.Equal("Hi", (string)sent["input"]![1]!["content"]![0]!["text"]!);
        Assert.Equal(200, (await _gateway.Client.GetAsync($"{Path}/{second["id"]}")).Status);
    }

    [Fact]
    public async Task A_response_is_read_and_deleted_as_OpenAI_has_it()
    {
        var first = await AskAsync("[{\"role\":\"user\",\"content\":\"one\"},{\"id\":\"mine\",\"role\":\"user\",\"content\":\"two\"}]", "\"store\":true");
        var address = $"{Path}/{Id(first)}";

        var read = await _gateway.Client.GetAsync(address);
        var all = await _gateway.Client.GetAsync($"{address}/input_items?order=asc");
        var page = await _gateway.Client.GetAsync($"{address}/input_items?limit=1");
        var next = await _gateway.Client.GetAsync($"{address}/input_items?limit=1&after={page.Json["last_id"]}");
        var wrong = await _gateway.Client.GetAsync($"{address}/input_items?limit=0");
        var deleted = await DeleteAsync(_gateway.Client, address);

        Assert.Equal(first.Text, read.Text);
        Assert.Equal(["one", "two"], all.Json["data"]!.AsArray().Select(static i => (string)i!["content"]!));
        Assert.Equal(["message", "message"], all.Json["data"]!.AsArray().Select(static i => (string)i!["type"]!));
        Assert.Equal(("mine", true), ((string)page.Json["first_id"]!, (bool)page.Json["has_more"]!));
        Assert.Equal(("one", false), ((string)next.Json["data"]![0]!["content"]!, (bool)next.Json["has_more"]!));
        Assert.Equal((400, "limit"), (wrong.Status, (string)wrong.Json["error"]!["param"]!));
        Assert.Equal((Id(first), "response", true), ((string)deleted.Json["id"]!, (string)deleted.Json["object"]!, (bool)deleted.Json["deleted"]!));
        Assert.Equal(404, (await _gateway.Client.GetAsync(address)).Status);
        Assert.Equal(404, (await _gateway.Client.GetAsync($"{address}/input_items")).Status);
        Assert.Equal(404, (await DeleteAsync(_gateway.Client, address)).Status);
        var more = await AskAsync("\"more\"", $"\"previous_response_id\":\"{Id(first)}\"");
        Assert.Equal((400, "previous_response_not_found", "previous_response_id"), (more.Status, (string)more.Json["error"]!["code"]!, (string)more.Json["error"]!["param"]!));
    }

    [Fact]
    public async Task A_response_belongs_to_its_key()
    {
        var address = $"{Path}/{Id(await AskAsync("\"one\"", "\"store\":true"))}";
        var other = await _gateway.LimitedClientAsync(1);

        Assert.Equal(404, (await other.GetAsync(address)).Status);
        Assert.Equal(404, (await DeleteAsync(other, address)).Status);
        Assert.Equal(400, (await other.PostAsync(Path, Body(GatewayHarness.Plain, "\"two\"", $"\"previous_response_id\":\"{address[(Path.Length + 1)..]}\""))).Status);
        Assert.Equal(401, (await new GatewayClient(_gateway.Address, null).GetAsync(address)).Status);
        Assert.Equal(200, (await _gateway.Client.GetAsync(address)).Status);
    }

    [Fact]
    public async Task Without_the_setting_or_the_wish_nothing_is_stored()
    {
        var unasked = await AskAsync("\"my-secret-prompt\"", "\"store\":false");
        Assert.Equal(404, (await _gateway.Client.GetAsync($"{Path}/{Id(unasked)}")).Status);
        await _gateway.DisposeAsync();
        _gateway = await StartAsync(static _ => { });

        var asked = await AskAsync("\"my-secret-prompt\"", "\"store\":true");
        var gone = await AskAsync("\"two\"", $"\"previous_response_id\":\"{Id(asked)}\"");

        Assert.Equal((200, false), (asked.Status, (bool)asked.Json["store"]!));
        Assert.Equal(404, (await _gateway.Client.GetAsync($"{Path}/{Id(asked)}")).Status);
        Assert.Equal((400, "previous_response_id"), (gone.Status, (string)gone.Json["error"]!["param"]!));
        Assert.Contains("not stored here", gone.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_too_large_is_answered_and_not_stored()
    {
        await _gateway.DisposeAsync();
        _gateway = await StartAsync(static c => c.Set("responses.store", true).Set("responses.bytesMax", 1024));

        var reply = await AskAsync($"\"{new string('x', 2000)}\"", "\"store\":true");

        Assert.Equal((200, false), (reply.Status, (bool)reply.Json["store"]!));
        Assert.Equal(404, (await _gateway.Client.GetAsync($"{Path}/{Id(reply)}")).Status);
    }

    [Fact]
    public async Task What_is_stored_is_in_no_log()
    {
        _gateway.Alpha.On("plain", Answer.Json(Wire.Whole("my-secret-answer")));
        var first = await AskAsync("\"my-secret-prompt\"", "\"store\":true");
        await AskAsync("\"two\"", $"\"previous_response_id\":\"{Id(first)}\"");
        await _gateway.Client.GetAsync($"{Path}/{Id(first)}/input_items");

        var logs = await _gateway.StopAndReadLogsAsync();

        Assert.NotEmpty(logs);
        Assert.DoesNotContain("my-secret", logs, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(GatewayHarness.Plain)]
    [InlineData(Native)]
    public async Task An_item_of_a_stored_response_is_named_by_its_id(string model)
    {
        _native.Otherwise(static _ => Answer.Json(NativeWhole));
        var first = await AskAsync("[{\"id\":\"mine\",\"role\":\"user\",\"content\":\"one\"}]", "\"store\":true", model);
        var item = (string)first.Json["output"]![0]!["id"]!;

        var second = await AskAsync($$"""[{"type":"item_reference","id":"mine"},{"id":"{{item}}","type":"item_reference"},{"role":"user","content":"two"}]""", "\"store\":true", model);
        var third = await AskAsync($$"""[{"type":"item_reference","id":"{{second.Json["output"]![0]!["id"]}}"},{"role":"user","content":"three"}]""", $"\"previous_response_id\":\"{Id(second)}\"", model);

        Assert.Equal((200, 200), (second.Status, third.Status));
        var sent = (model == Native ? _native : _gateway.Alpha).Exchanges[1].Json[model == Native ? "input" : "messages"]!.AsArray();
        Assert.Equal(["user", "assistant", "user"], sent.Select(static m => (string)m!["role"]!));
        Assert.Contains("one", sent[0]!.ToJsonString(), StringComparison.Ordinal);
        Assert.Contains(model == Native ? "Hi" : "Hello there", sent[1]!.ToJsonString(), StringComparison.Ordinal);
        Assert.DoesNotContain("item_reference", (await _gateway.Client.GetAsync($"{Path}/{Id(second)}/input_items")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_item_that_is_not_stored_for_the_key_is_refused_by_its_id()
    {
        var stored = await AskAsync("\"one\"", "\"store\":true");
        var unstored = await AskAsync("\"one\"", "\"store\":false");
        string Naming(Reply reply) => $$"""[{"role":"user","content":"two"},{"type":"item_reference","id":"{{reply.Json["output"]![0]!["id"]}}"}]""";
        var other = await _gateway.LimitedClientAsync(1);

        var gone = await AskAsync(Naming(unstored), "\"store\":true");
        var foreign = await other.PostAsync(Path, Body(GatewayHarness.Plain, Naming(stored), "\"store\":true"));
        var nameless = await AskAsync("[{\"type\":\"item_reference\"}]", "\"store\":true");
        var many = await AskAsync($"[{string.Join(',', Enumerable.Repeat("{\"type\":\"item_reference\",\"id\":\"x\"}", 257))}]", "\"store\":true");

        Assert.All([gone, foreign], static r => Assert.Equal((400, "input[1].id"), (r.Status, (string)r.Json["error"]!["param"]!)));
        Assert.Contains((string)unstored.Json["output"]![0]!["id"]!, gone.ErrorMessage, StringComparison.Ordinal);
        Assert.Equal((400, "input[0].id"), (nameless.Status, (string)nameless.Json["error"]!["param"]!));
        Assert.Equal((400, "input[256]"), (many.Status, (string)many.Json["error"]!["param"]!));
        Assert.Equal(200, (await AskAsync(Naming(stored), "\"store\":true")).Status);
    }

    [Fact]
    public async Task Where_nothing_is_stored_items_cannot_be_named()
    {
        await _gateway.DisposeAsync();
        _gateway = await StartAsync(static _ => { });

        var reply = await AskAsync("[{\"type\":\"item_reference\",\"id\":\"rs_1\"}]", "\"store\":true");

        Assert.Equal((400, "input[0].type"), (reply.Status, (string)reply.Json["error"]!["param"]!));
        Assert.Contains("responses.store", reply.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_that_keeps_its_responses_need_not_ask_and_may_say_no()
    {
        var before = await AskAsync("\"one\"", "\"user\":\"u\"");
        await _gateway.SetKeepsResponsesAsync(true);
        Reply unasked = null!;
        await Deadline.UntilAsync(async () => (bool)(unasked = await AskAsync("\"one\"", "\"store\":null")).Json["store"]!, "the key's wish");
        var refused = await AskAsync("\"one\"", "\"store\":false");

        Assert.False((bool)before.Json["store"]!);
        Assert.Equal(200, (await _gateway.Client.GetAsync($"{Path}/{Id(unasked)}")).Status);
        Assert.False((bool)refused.Json["store"]!);
        Assert.Equal(404, (await _gateway.Client.GetAsync($"{Path}/{Id(refused)}")).Status);
    }

    private Task<GatewayHarness> StartAsync(Action<GatewayConfig> configure) => GatewayHarness.StartAsync(config => configure(config
        .Provider("native", _native.BaseUrl, ("dialect", "openai-responses"))
        .Endpoint("native", Native)));

    private static string Body(string model, string input, string fields) => $$"""{"model":"{{model}}","input":{{input}},{{fields}}}""";

    private static string Id(Reply reply) => (string)reply.Json["id"]!;

    private Task<Reply> AskAsync(string input, string fields, string model = GatewayHarness.Plain) => _gateway.Client.PostAsync(Path, Body(model, input, fields));

    private static async Task<Reply> DeleteAsync(GatewayClient client, string address)
    {
        using var response = await client.SendAsync(client.Request(HttpMethod.Delete, address));
        return new((int)response.StatusCode, response.Headers, await response.Content.ReadAsStringAsync(Deadline.Token()));
    }
}
