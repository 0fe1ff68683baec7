using System.IO.Compression;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace Turnpike.EndToEnd.Fuzz;

/// <summary>Valid requests with one value changed, and bodies that are no JSON, at every address that takes a body: what comes back is an answer or
/// an error that says what is wrong, never a fault of ours.</summary>
public sealed class RequestFuzzTests : IAsyncLifetime
{
    private const int Seed = 20261126;

    // What stands in place of a value, raw. The last are numbers that no type holds and strings that are no text.
    private static readonly string[] Values =
    [
        "null", "true", "0", "-1", "1.5", "1e308", "1e999", "99999999999999999999999", "\"\"", "\"x\"", "\"\\u0000\"", "[]", "{}", "[null]", "[[]]", "[{}]",
        "{\"type\":7}", "{\"__proto__\":1}", "[\"a\",1,null]", "\"\\udc00x\"", "{\"a\":\"\\ud83d\"}",
    ];

    private static readonly (string Name, string Output)[] Outputs =
        [("vectors", "embeddings"), ("ranks", "rerank"), ("brush", "image"), ("voice", "speech"), ("ears", "transcription")];

    private readonly HttpClient _http = new();
    private GatewayHarness _gateway = null!;

    public async ValueTask InitializeAsync() => _gateway = await GatewayHarness.StartAsync(static c => c
        .Set("models", new JsonArray([.. Outputs.Select(static m => new JsonObject { ["id"] = "test/" + m.Name, ["outputModalities"] = new JsonArray(m.Output) })]))
        .Endpoint("alpha", "test/vectors")
        .Endpoint("alpha", "test/ranks")
        .Endpoint("alpha", "test/brush")
        .Endpoint("alpha", "test/voice")
        .Endpoint("alpha", "test/ears"));

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _gateway.DisposeAsync();
    }

    public static TheoryData<string, string> Requests
    {
        get
        {
            var requests = new TheoryData<string, string>
            {
                { "completions", """{"model":"turnpike/echo","prompt":"x","max_tokens":5,"stop":"a","logprobs":1,"echo":true,"n":1,"provider":{"order":["turnpike"]}}""" },
                { "responses", Responses },
                { "embeddings", """{"model":"test/vectors","input":["a",[1,2],{"content":[{"type":"text","text":"x"}]}],"dimensions":4,"encoding_format":"float","input_type":"q","user":"u","models":["test/vectors"],"provider":{"order":["alpha"],"options":{"alpha":{"a":1}}}}""" },
                { "embeddings", """{"model":"test/vectors","input":[1,2]}""" },
                { "rerank", """{"model":"test/ranks","query":"q","documents":["a",{"text":"b"},{"image":"https://a.example/x.png"}],"top_n":2,"provider":{"only":["alpha"]}}""" },
                { "images", """{"model":"test/brush","prompt":"p","n":1,"quality":"high","output_format":"png","seed":1,"aspect_ratio":"1:1","resolution":"1K","input_references":[],"provider":{"options":{"alpha":{"a":1}}}}""" },
                { "images/generations", """{"model":"test/brush","prompt":"p","n":1,"size":"1024x1024","response_format":"url"}""" },
                { "audio/speech", """{"model":"test/voice","input":"hi","voice":"v","response_format":"mp3","speed":1,"instructions":"i"}""" },
                { "audio/transcriptions", """{"model":"test/ears","input_audio":{"data":"UklGRgAA","format":"wav"},"language":"en","prompt":"p","temperature":0,"timestamp_granularities":["word"],"response_format":"json"}""" },
            };
            foreach (var address in (string[])["chat/completions", "route/explain", "cost/estimate", "presets/fuzz/chat/completions"])
            {
                requests.Add(address, Chat);
            }

            foreach (var address in (string[])["messages", "messages/count_tokens"])
            {
                requests.Add(address, Messages);
            }

            return requests;
        }
    }

    private const string Chat = """
        {"model":"turnpike/echo","messages":[{"role":"system","content":"s"},{"role":"user","content":[{"type":"text","text":"x","cache_control":{"type":"ephemeral","ttl":"1h"}},
        {"type":"image_url","image_url":{"url":"data:image/png;base64,iVBORw0KGgo=","detail":"low"}},{"type":"file","file":{"filename":"a.txt","file_data":"data:text/plain;base64,eA=="}},
        {"type":"input_audio","input_audio":{"data":"UklG","format":"wav"}}]},{"role":"assistant","content":"a","tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{}"}}],
        "reasoning_details":[{"type":"reasoning.text","text":"t","signature":"s","format":"anthropic-claude-v1","index":0}],"annotations":[{"type":"file","file":{"hash":"h","name":"n","content":[]}}]},
        {"role":"tool","tool_call_id":"c","content":"r"},{"role":"user","content":"x","name":"n"}],"tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object","required":["a"],"properties":{"a":{"$ref":"#"}}}}}],
        "tool_choice":"auto","max_tokens":5,"temperature":1,"stop":["a"],"seed":1,"n":1,"logprobs":true,"top_logprobs":2,"logit_bias":{"1":1},
        "response_format":{"type":"json_schema","json_schema":{"name":"s","schema":{"type":["object"],"required":["a"],"properties":{"a":{"type":"integer","minimum":1,"multipleOf":2}}}}},
        "reasoning":{"effort":"low","exclude":true},"provider":{"order":["turnpike"],"sort":{"by":"price","partition":"none"},"max_price":{"prompt":"9"},"preferred_min_throughput":{"p50":1},"only":["turnpike"],"ignore":["x"],"data_collection":"allow"},
        "models":["turnpike/lorem"],"plugins":[{"id":"context-compression"},{"id":"file-parser","pdf":{"engine":"pdf-text"}},{"id":"response-healing"},{"id":"auto-router","allowed_models":["a/*"]}],
        "user":"u","metadata":{"a":"b"},"session_id":"s","transforms":["middle-out"],"usage":{"include":true},"stream_options":{"include_usage":true},"max_cost":1,"route":"fallback","routing":{"strategy":"cost","hedge":true},
        "modalities":["text"],"service_tier":"auto","verbosity":"low","rescue":"off","trace":{"a":1},"debug":{"echo_upstream_body":true}}
        """;

    private const string Responses = """
        {"model":"turnpike/echo","input":[{"role":"user","content":[{"type":"input_text","text":"x"},{"type":"input_image","image_url":"data:image/png;base64,AA=="},{"type":"input_file","filename":"a.txt","file_data":"data:text/plain;base64,eA=="}]},
        {"type":"reasoning","id":"r","summary":[{"type":"summary_text","text":"s"}],"encrypted_content":"tpk1.abc"},{"type":"function_call","call_id":"c","name":"f","arguments":"{}"},{"type":"function_call_output","call_id":"c","output":"x"}],
        "instructions":"i","tools":[{"type":"function","name":"f","parameters":{"type":"object"},"strict":true}],"tool_choice":{"type":"function","name":"f"},"text":{"format":{"type":"json_schema","name":"a","schema":{"type":"object"}},"verbosity":"low"},
        "reasoning":{"effort":"low","summary":"auto"},"max_output_tokens":20,"temperature":1,"include":["reasoning.encrypted_content"],"metadata":{"a":"b"},"store":false,"top_logprobs":1,"truncation":"auto"}
        """;

    private const string Messages = """
        {"model":"turnpike/echo","max_tokens":2000,"system":[{"type":"text","text":"s","cache_control":{"type":"ephemeral"}}],"messages":[{"role":"user","content":[{"type":"text","text":"x"},{"type":"image","source":{"type":"base64","media_type":"image/png","data":"AA=="}},
        {"type":"document","source":{"type":"text","media_type":"text/plain","data":"d"},"title":"t"}]},{"role":"assistant","content":[{"type":"thinking","thinking":"t","signature":"tpk1.x"},{"type":"tool_use","id":"c","name":"f","input":{}}]},
        {"role":"user","content":[{"type":"tool_result","tool_use_id":"c","content":[{"type":"text","text":"r"}],"is_error":false}]}],"tools":[{"name":"f","input_schema":{"type":"object"}}],"tool_choice":{"type":"auto","disable_parallel_tool_use":true},
        "thinking":{"type":"enabled","budget_tokens":1024},"temperature":1,"top_k":5,"stop_sequences":["a"],"metadata":{"user_id":"u"},"output_config":{"effort":"low","format":{"type":"json_schema","schema":{"type":"object"}}},"fallbacks":[{"model":"turnpike/lorem"}]}
        """;

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task A_request_with_one_value_changed_is_answered_or_refused_with_a_reason(string address, string request)
    {
        var root = JsonNode.Parse(request)!;
        var random = new Random(Seed);
        foreach (var path in Paths(root, []))
        {
            // Each path meets some of the values, another choice for each path.
            foreach (var value in Values.Where(_ => random.Next(4) == 0))
            {
                var body = Encoding.UTF8.GetBytes(With(request, path, value));

                await AnsweredAsync(address, body, $"{string.Join('.', path)} = {value}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task A_body_that_is_no_JSON_is_refused(string address, string request)
    {
        var deep = new string('[', 5000);
        foreach (var body in (byte[][])
        [
            [], [.. "\uFEFF"u8, .. Encoding.UTF8.GetBytes(request)], Encoding.Unicode.GetBytes(request), [.. Encoding.UTF8.GetBytes(request.TrimEnd())[..^1], .. ",\"z\":\""u8, 0xFF, .. "\"}"u8],
            Encoding.UTF8.GetBytes(request.TrimEnd()[..^1] + ",}"), Encoding.UTF8.GetBytes($"[{request}]"), Encoding.UTF8.GetBytes(request + request), Encoding.UTF8.GetBytes("/* */" + request),
            Encoding.UTF8.GetBytes(request.TrimEnd()[..^1] + ",\"z\":" + deep + deep.Replace('[', ']') + "}"), Encoding.UTF8.GetBytes(request[..(request.Length / 2)]),
            Encoding.UTF8.GetBytes(request.TrimEnd()[..^1] + ",\"z\":\"\\ud83d\"}"), Encoding.UTF8.GetBytes("{\"model\":\"a/b\"," + request.TrimStart()[1..]),
        ])
        {
            Assert.Equal(400, await AnsweredAsync(address, body, Encoding.Latin1.GetString(body.AsSpan(0, Math.Min(20, body.Length)))));
        }
    }

    [Theory]
    [InlineData("chat/completions")]
    [InlineData("messages")]
    [InlineData("responses")]
    [InlineData("embeddings")]
    [InlineData("presets/fuzz/chat/completions")]
    public async Task A_body_that_is_compressed_is_refused_by_its_header(string address)
    {
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionMode.Compress, leaveOpen: true))
        {
            await gzip.WriteAsync(Encoding.UTF8.GetBytes(Chat), TestContext.Current.CancellationToken);
        }

        var content = new ByteArrayContent(packed.ToArray());
        content.Headers.ContentEncoding.Add("gzip");

        var (status, text) = await SendAsync(address, content);

        Assert.Equal(415, status);
        Assert.Contains("Content-Encoding", text, StringComparison.Ordinal);
    }

    private async Task<int> AnsweredAsync(string address, byte[] body, string what)
    {
        var (status, text) = await SendAsync(address, new ByteArrayContent(body));

        Assert.True(status is (>= 200 and < 500) or 503 || text.Contains("alpha", StringComparison.OrdinalIgnoreCase), $"{address} {what}: {status} {text}");
        if (status == 400)
        {
            var message = (string?)JsonNode.Parse(text)!["error"]!["message"] ?? "";
            Assert.True(message.Contains('\'', StringComparison.Ordinal) || message.Contains("JSON", StringComparison.Ordinal), $"{address} {what}: {message}");
        }

        return status;
    }

    private async Task<(int Status, string Text)> SendAsync(string address, HttpContent content)
    {
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_gateway.Address, "/api/v1/" + address)) { Content = content };
        request.Headers.Authorization = new("Bearer", _gateway.Key);
        using var response = await _http.SendAsync(request, TestContext.Current.CancellationToken);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    private static IEnumerable<string[]> Paths(JsonNode? node, string[] path)
    {
        IEnumerable<string> names = node switch
        {
            JsonObject members => members.Select(static m => m.Key),
            JsonArray items => Enumerable.Range(0, items.Count).Select(static i => $"{i}"),
            _ => [],
        };
        return names.SelectMany(name => Paths(node is JsonArray list ? list[int.Parse(name, System.Globalization.CultureInfo.InvariantCulture)] : node![name], [.. path, name])
            .Prepend([.. path, name]));
    }

    // The value goes in as text: it need not be what a JSON library would write.
    private static string With(string request, string[] path, string value)
    {
        const string mark = "the-value-stands-here";
        var root = JsonNode.Parse(request)!;
        var parent = path[..^1].Aggregate(root, static (node, name) => node is JsonArray items ? items[int.Parse(name, System.Globalization.CultureInfo.InvariantCulture)]! : node[name]!);
        if (parent is JsonArray list)
        {
            list[int.Parse(path[^1], System.Globalization.CultureInfo.InvariantCulture)] = mark;
        }
        else
        {
            parent[path[^1]] = mark;
        }

        return root.ToJsonString().Replace($"\"{mark}\"", value, StringComparison.Ordinal);
    }
}
