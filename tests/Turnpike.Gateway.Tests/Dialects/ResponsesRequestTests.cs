using System.Text;
using Turnpike.Gateway.Dialects.Neutral;
using Turnpike.Gateway.Dialects.OpenAIResponses;

namespace Turnpike.Gateway.Tests.Dialects;

/// <summary>Requests of the Responses API are read whatever they are: as a request, or with a 400.</summary>
public sealed class ResponsesRequestTests
{
    private const string Body = """
        {"model":"m","models":["b"],"instructions":"i","input":[{"role":"user","content":[{"type":"input_text","text":"a"},{"type":"input_image","image_url":"data:image/png;base64,AAAA","detail":"low"},
        {"type":"input_file","file_data":"data:application/pdf;base64,AAAA","filename":"f.pdf"},{"type":"input_audio","input_audio":{"data":"AAAA","format":"mp3"}}]},
        {"type":"reasoning","id":"rs","summary":[{"type":"summary_text","text":"s"}],"encrypted_content":"enc+/="},{"type":"function_call","call_id":"c","name":"f","arguments":"{}"},
        {"type":"function_call_output","call_id":"c","output":[{"type":"input_text","text":"42"}]},{"type":"message","role":"assistant","content":[{"type":"refusal","refusal":"no"}]}],
        "tools":[{"type":"function","name":"f","parameters":{"type":"object"},"strict":true},{"type":"web_search"}],"tool_choice":{"type":"function","name":"f"},"parallel_tool_calls":false,
        "text":{"format":{"type":"json_schema","name":"n","schema":{"type":"object"},"strict":true},"verbosity":"low"},"reasoning":{"effort":"high","summary":"auto"},
        "service_tier":"flex","max_output_tokens":9,"stream":true,"store":false,"previous_response_id":null,"metadata":{"k":"v"},"user":"u","provider":{}}
        """;

    [Fact]
    public void Everything_that_is_said_is_read()
    {
        var request = Neutral(Body);

        Assert.Equal([Role.System, Role.User, Role.Assistant, Role.Tool, Role.Assistant], request.Messages.Select(static m => m.Role));
        Assert.Equal([MediaKind.Image, MediaKind.Document, MediaKind.Audio], request.Messages[1].Parts.OfType<MediaPart>().Select(static p => p.Kind));
        var sealedPart = request.Messages[2].Parts.OfType<ReasoningPart>().Single(static p => p.Kind == ReasoningKind.Encrypted);
        Assert.Equal(("enc+/=", "rs", ReasoningFormats.OpenAIResponses), (sealedPart.Data, sealedPart.Id, sealedPart.Format));
        Assert.IsType<ToolCallPart>(request.Messages[2].Parts[^1]);
        Assert.Equal(("f", true), (request.Tools[0].Name, request.Tools[0].Strict));
        Assert.NotNull(request.Tools[1].Raw);
        Assert.Equal(new(ToolChoiceKind.Named, "f"), request.ToolChoice);
        Assert.Equal((ResponseFormatKind.JsonSchema, "n"), (request.ResponseFormat!.Kind, request.ResponseFormat.Name));
        Assert.Equal(("high", "low", "flex", 9L), (request.Reasoning!.Effort, request.Verbosity, request.ServiceTier, request.OutputLimit));
    }

    [Fact]
    public void Media_as_chat_says_it_is_no_text()
    {
        var (image, file) = ("data:image/png;base64," + new string('A', 400), "data:application/pdf;base64," + new string('A', 400));
        var input = $$"""[{"role":"user","content":[{"type":"image_url","image_url":{"url":"{{image}}"} },{"type":"file","file":{"file_data":"{{file}}"} }]}]""";

        Assert.True(ResponsesRequestReader.TryRead(Encoding.UTF8.GetBytes($$"""{"model":"m","input":{{input}}}"""), out var request, out _));

        Assert.Equal((true, true, 2, true), (request!.HasImages, request.HasFiles, request.Images, request.IsForeign));
        Assert.Equal(image.Length + file.Length, request.MediaBytes);
    }

    [Fact]
    public void A_body_that_is_cut_anywhere_is_a_400()
    {
        var bytes = Encoding.UTF8.GetBytes(Body);
        for (var length = 0; length < bytes.Length - 1; length++)
        {
            Assert.False(ResponsesRequestReader.TryRead(bytes.AsSpan(0, length), out _, out var error));
            Assert.Equal(400, error!.Status);
        }
    }

    [Fact]
    public void A_body_with_any_byte_changed_is_read_or_refused_and_never_thrown_at()
    {
        var random = new Random(20261126);
        var bytes = Encoding.UTF8.GetBytes(Body);
        for (var round = 0; round < 20_000; round++)
        {
            var changed = bytes.ToArray();
            for (var i = random.Next(1, 4); i > 0; i--)
            {
                changed[random.Next(changed.Length)] = (byte)"{}[]\",:0nt\\a\xff"[random.Next(13)];
            }

            Read(changed);
        }
    }

    [Fact]
    public void A_value_of_any_type_in_any_place_is_read_or_refused()
    {
        string[] values = ["null", "true", "7", "\"x\"", "[]", "{}", "[null]", "[7]", "[{}]", "[[]]", "{\"type\":7}", "\"\\ud800\""];
        var places = System.Text.RegularExpressions.Regex.Matches(Body, "(?<=\":)(\"[^\"]*\"|\\d+|true|false|null)");
        foreach (System.Text.RegularExpressions.Match place in places)
        {
            foreach (var value in values)
            {
                Read(Encoding.UTF8.GetBytes(Body[..place.Index] + value + Body[(place.Index + place.Length)..]));
            }
        }

        foreach (var member in (string[])["input", "instructions", "tools", "tool_choice", "text", "reasoning", "modalities"])
        {
            foreach (var value in values)
            {
                Read(Encoding.UTF8.GetBytes($$"""{"model":"m","input":"x","{{member}}":{{value}}}""".Replace("\"input\":\"x\",\"input\"", "\"input\"", StringComparison.Ordinal)));
            }
        }
    }

    private static void Read(byte[] body)
    {
        if (!ResponsesRequestReader.TryRead(body, out var first, out var error) || !ResponsesNeutralReader.TryRead(body, first!.IsPlain, out _, out error))
        {
            Assert.Equal(400, error!.Status);
        }
    }

    private static NeutralRequest Neutral(string body)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        Assert.True(ResponsesRequestReader.TryRead(bytes, out _, out var error), error?.Message);
        Assert.True(ResponsesNeutralReader.TryRead(bytes, isPlain: false, out var request, out error), error?.Message);
        return request!;
    }
}
