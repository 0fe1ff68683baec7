using System.Text;
using System.Text.Json.Nodes;
using Turnpike.Gateway.Dialects.OpenAIChat;
using Xunit;

namespace Turnpike.Gateway.Tests.Dialects;

public sealed class ChatRequestTests
{
    private const string Messages = """[{"role":"user","content":"hi"}]""";

    [Theory]
    [InlineData("""{"model":"a/b","messages":M}""", """{"model":"up","messages":M}""")]
    [InlineData("""{ "provider": {"only":["x"]}, "model": "a/b" , "messages":M }""", """{ "model": "up" , "messages":M }""")]
    [InlineData("""{"models":["c/d"],"plugins":[],"model":"a/b","messages":M,"session_id":"s","trace":{}}""", """{"model":"up","messages":M}""")]
    [InlineData("""{"messages":M,"x_unknown":[1, 2.50,{"y":null}],"model":"a/b","usage":{"include":true}}""", """{"messages":M,"x_unknown":[1, 2.50,{"y":null}],"model":"up"}""")]
    [InlineData("""{"stream_options":{"a":1},"model":"a/b","messages":M}""", """{"stream_options":{"a":1},"model":"up","messages":M}""")]
    public void The_body_is_kept_but_for_our_own_fields(string body, string expected)
    {
        Assert.Equal(expected.Replace("M", Messages), Written(body.Replace("M", Messages)));
    }

    [Theory]
    [InlineData("""{"model":"a/b","stream":true,"messages":M}""", """{"stream_options":{"include_usage":true},"model":"up","stream":true,"messages":M}""")]
    [InlineData("""{"stream_options":{"include_usage":false,"x":[1]},"model":"a/b","stream":true,"messages":M}""", """{"stream_options":{"include_usage":true,"x":[1]},"model":"up","stream":true,"messages":M}""")]
    [InlineData("""{"model":"a/b","stream":true,"messages":M,"stream_options":null}""", """{"model":"up","stream":true,"messages":M,"stream_options":{"include_usage":true}}""")]
    [InlineData("""{"trace":1,"stream_options":{},"model":"a/b","stream":true,"messages":M}""", """{"stream_options":{"include_usage":true},"model":"up","stream":true,"messages":M}""")]
    public void A_stream_always_asks_for_usage(string body, string expected)
    {
        Assert.Equal(expected.Replace("M", Messages), Written(body.Replace("M", Messages)));
    }

    [Theory]
    [InlineData("""{"stream_options":{"include_usage":true},"model":"a/b","stream":true,"messages":M}""", """{"model":"up","stream":true,"messages":M}""")]
    [InlineData("""{"model":"a/b","stream":true,"stream_options":{"include_usage":true},"messages":M}""", """{"model":"up","stream":true,"messages":M}""")]
    public void Stream_options_are_left_out_where_the_provider_refuses_them(string body, string expected)
    {
        Assert.Equal(expected.Replace("M", Messages), Written(body.Replace("M", Messages), streamOptions: false));
    }

    [Theory]
    [InlineData("""{"model":"a/b","messages":M}""", """{"max_tokens":7,"model":"up","messages":M}""")]
    [InlineData("""{"model":"a/b","max_completion_tokens":900,"messages":M}""", """{"model":"up","max_completion_tokens":7,"messages":M}""")]
    public void An_afforded_limit_is_told_to_the_provider(string body, string expected)
    {
        Assert.Equal(expected.Replace("M", Messages), Written(body.Replace("M", Messages), limit: 7));
    }

    [Theory]
    [InlineData("""{"max_tokens":9,"model":"a/b","messages":M}""", """{"max_completion_tokens":9,"model":"up","messages":M}""")]
    [InlineData("""{"max_tokens":9,"max_completion_tokens":8,"model":"a/b","messages":M}""", """{"max_tokens":9,"max_completion_tokens":8,"model":"up","messages":M}""")]
    public void The_older_limit_is_renamed_for_a_provider_that_knows_only_the_newer(string body, string expected)
    {
        Assert.Equal(expected.Replace("M", Messages), Written(body.Replace("M", Messages), limitField: "max_completion_tokens"));
    }

    [Fact]
    public void The_callers_user_is_never_sent_as_it_is()
    {
        Assert.Equal(
            """{"user": "hidden","model":"up","messages":M}""".Replace("M", Messages),
            Written("""{"user": "alice","model":"a/b","messages":M}""".Replace("M", Messages)));
    }

    [Theory]
    [InlineData("""{"model":1,"messages":M}""", "'model' must be a string, but is a number.")]
    [InlineData("""{"messages":M}""", "'model' is missing")]
    [InlineData("""{"model":"a/b"}""", "'messages' is missing")]
    [InlineData("""{"model":"a/b","messages":[]}""", "'messages' is empty")]
    [InlineData("""{"model":"a/b","messages":{}}""", "'messages' must be an array, but is an object.")]
    [InlineData("""{"model":"a/b","messages":["x"]}""", "'messages[0]' must be an object")]
    [InlineData("""{"model":"a/b","messages":[{"content":"x"}]}""", "'messages[0].role' is missing")]
    [InlineData("""{"model":"a/b","messages":[{"role":"user","content":5}]}""", "'messages[0].content' must be a string or an array of parts")]
    [InlineData("""{"model":"a/b","messages":M,"stream":"yes"}""", "'stream' must be true or false, but is a string.")]
    [InlineData("""{"model":"a/b","messages":M,"max_tokens":0}""", "'max_tokens' must be a whole number from 1")]
    [InlineData("""{"model":"a/b","messages":M,"temperature":"hot"}""", "'temperature' must be a number, but is a string.")]
    [InlineData("""{"model":"a/b","messages":M,"tools":{}}""", "'tools' must be an array")]
    [InlineData("""{"model":"a/b","model":"c/d","messages":M}""", "'model' stands twice")]
    [InlineData("""{"model":"a/b","messages":M,"mod\u0065l":"c/d"}""", "'model' stands twice")]
    [InlineData("""[]""", "'body' must be a JSON object")]
    [InlineData("{\"model\":\"a/b\",\n\"messages\":[}", "not valid JSON at line 2, position 13")]
    [InlineData("""{"model":"a/b","messages":M} x""", "not valid JSON")]
    [InlineData("", "the body is empty.")]
    [InlineData(" ", "Expected the input to start with a valid JSON token.")]
    public void A_bad_body_is_told_where_it_is_bad(string body, string expected)
    {
        Assert.False(ChatRequestReader.TryRead(Encoding.UTF8.GetBytes(body.Replace("M", Messages)), out _, out var error));

        Assert.Equal(400, error!.Status);
        Assert.Contains(expected, error.Message);
    }

    [Fact]
    public void Random_changes_of_a_body_are_read_or_refused_and_never_throw()
    {
        var random = new Random(7);
        var good = Encoding.UTF8.GetBytes(
            """{"models":["x/y"],"model":"a/b","stream":true,"stream_options":{"include_usage":true},"n":2,"messages":[{"role":"user","content":[{"type":"text","text":"h\u00e9"},{"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}}]}],"tools":[{"type":"function"}],"max_tokens":5,"provider":{"order":["a"]}}""");
        for (var round = 0; round < 20_000; round++)
        {
            var body = (byte[])good.Clone();
            for (var change = random.Next(1, 4); change > 0; change--)
            {
                body[random.Next(body.Length)] = (byte)random.Next(256);
            }

            if (ChatRequestReader.TryRead(body, out var request, out var error))
            {
                _ = ChatRequestWriter.Of(body, request!, new ChatTarget("\"up\""u8.ToArray(), "max_tokens", StreamOptions: true), null, default);
            }
            else
            {
                Assert.Equal(400, error!.Status);
            }
        }
    }

    [Fact]
    public void What_is_sent_is_always_json()
    {
        string[] members = ["\"model\":\"a/b\"", $"\"messages\":{Messages}", "\"stream\":true", "\"stream_options\":{}", "\"provider\":{}", "\"trace\":[1]", "\"x\":1"];
        var random = new Random(3);
        for (var round = 0; round < 2000; round++)
        {
            random.Shuffle(members);
            var body = "{" + string.Join(",", members) + "}";

            var sent = JsonNode.Parse(Written(body, streamOptions: round % 2 == 0))!.AsObject();

            Assert.Equal("up", (string?)sent["model"]);
            Assert.Equal(round % 2 == 0, sent.ContainsKey("stream_options"));
            Assert.False(sent.ContainsKey("provider") || sent.ContainsKey("trace"));
            Assert.Equal(1, (int?)sent["x"]);
        }
    }

    [Theory]
    [InlineData(""" "tools":[{"type":"function","function":{"name":"f"}}],"tool_choice":{"type":"function","function":{"name":"g"}} """, "'tool_choice' names 'g'")]
    [InlineData(""" "functions":[{"name":"f"}],"function_call":{"name":"g"} """, "'function_call' names 'g'")]
    public void A_choice_of_a_tool_that_is_not_there_is_told(string members, string expected)
    {
        Assert.False(ChatNeutralReader.TryRead(Encoding.UTF8.GetBytes($$"""{"model":"m","messages":[{"role":"user","content":"x"}],{{members}} }"""), isPlain: true, out _, out var error));
        Assert.Contains(expected, error!.Message);
    }

    [Fact]
    public void Media_is_not_counted_as_text()
    {
        var body = """{"model":"a/b","messages":[{"role":"user","content":[{"type":"text","text":"abcd"},{"type":"image_url","image_url":{"url":"data:image/png;base64,@"}}]}]}"""
            .Replace("@", new string('A', 5000));

        Assert.True(ChatRequestReader.TryRead(Encoding.UTF8.GetBytes(body), out var request, out _));

        Assert.Equal(1, request!.Images);
        Assert.Equal(5022, request.MediaBytes);
        Assert.InRange(request.TextBytes, 4, 40);
    }

    private static string Written(string body, long? limit = null, bool streamOptions = true, string limitField = "max_tokens")
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        Assert.True(ChatRequestReader.TryRead(bytes, out var request, out var error), error?.Message);
        using var content = ChatRequestWriter.Of(bytes, request!, new ChatTarget("\"up\""u8.ToArray(), limitField, streamOptions), limit, "\"hidden\""u8.ToArray());
        var sent = content.ReadAsByteArrayAsync().GetAwaiter().GetResult(); // it writes to memory, so it is complete at once
        Assert.Equal(sent.Length, content.Headers.ContentLength);
        return Encoding.UTF8.GetString(sent);
    }
}
