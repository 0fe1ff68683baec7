using System.Text;
using Turnpike.Gateway.Dialects;
using Turnpike.Gateway.Dialects.Audio;
using Turnpike.Gateway.Dialects.Embeddings;
using Turnpike.Gateway.Dialects.Images;
using Turnpike.Gateway.Dialects.Rerank;
using Turnpike.Gateway.Tests.Harness;
using Xunit;

namespace Turnpike.Gateway.Tests.Dialects.Operations;

/// <summary>Whatever callers and providers send, readers take it or refuse it; they never throw.</summary>
public sealed class OperationFuzzTests
{
    private const string Png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==";

    public static TheoryData<string, string, string> Exchanges => new()
    {
        {
            "embeddings",
            """{"model":"a/b","input":["h\u00e9",[1,2],{"content":[{"type":"text","text":"x"}]}],"dimensions":2,"encoding_format":"base64","user":"u","models":["c"],"max_cost":0.5,"provider":{}}""",
            """{"data":[{"embedding":[1,2]},{"embedding":"AAAA"},{"embedding":[3]}],"id":"x","usage":{"prompt_tokens":3,"total_tokens":3},"more":[{"x":1}]}"""
        },
        {
            "rerank",
            """{"model":"a/b","query":"q","documents":["a",{"text":"b","x":{"y":[1]}}],"top_n":1}""",
            """{"id":"x","results":[{"index":1,"relevance_score":0.5}],"meta":{"billed_units":{"search_units":1},"tokens":{"input_tokens":4}}}"""
        },
        {
            "images",
            """{"model":"a/b","prompt":"p","n":1,"aspect_ratio":"16:9","resolution":"2K","quality":"low","output_compression":50,"input_references":[]}""",
            $$"""{"created":1,"data":[{"b64_json":"{{Png}}","revised_prompt":"r"}],"usage":{"input_tokens":1,"output_tokens":2} }"""
        },
        {
            "references",
            $$"""{"model":"a/b","prompt":"p","quality":"low","response_format":"b64_json","images":[{"type":"image_url","image_url":{"url":"data:image/png;base64,{{Png}}","detail":"low"} },{"image_url":"data:image\/png;base64,{{Png}}"}],"mask":{"image_url":"data:image/png;base64,{{Png}}"} }""",
            $$"""{"created":1,"data":[{"b64_json":"{{Png}}"}],"usage":{"input_tokens":9,"output_tokens":2} }"""
        },
        {
            "transcription",
            """{"model":"a/b","input_audio":{"data":"UklGRiQAAABXQVZF","format":"wav"},"temperature":0.5,"timestamp_granularities":["word"],"response_format":"json"}""",
            """{"text":"h\u00e9","duration":1.5,"usage":{"type":"tokens","input_tokens":1,"output_tokens":2,"input_token_details":{"audio_tokens":1}},"words":[{"w":1}]}"""
        },
        {
            "transcription",
            """{"model":"a/b","stream":true,"input_audio":{"data":"UklGRiQAAABXQVZF","format":"wav"},"response_format":"text"}""",
            """{"type":"transcript.text.done","text":"h\u00e9","logprobs":[{"token":"h"}],"usage":{"type":"tokens","input_tokens":1,"output_tokens":2}}"""
        },
        {
            "transcription",
            """{"model":"a/b","stream":true,"input_audio":{"data":"UklGRiQAAABXQVZF","format":"wav"}}""",
            """{"type":"transcript.text.delta","delta":"h\u00e9","logprobs":[{"token":"h"}]}"""
        },
        {
            "form",
            "--b\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\na/b\r\n--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.mp3\"\r\nContent-Type: audio/mpeg\r\n\r\nABCDEF\r\n--b\r\nContent-Disposition: form-data; name=\"max_cost\"\r\n\r\n1.5\r\n--b--\r\n",
            """{"text":"x"}"""
        },
        { "speech", """{"model":"a/b","input":"h\u00e9","voice":{"id":"v"},"response_format":"mp3","speed":1.5}""", "" },
    };

    [Theory]
    [MemberData(nameof(Exchanges))]
    public async Task Random_changes_are_read_or_refused_and_never_throw(string operation, string request, string answer)
    {
        var format = FormatOf(operation);
        var random = new Random(7);
        var target = new UpstreamTarget(TestCatalog.SwiftAtAcme, "\"up\""u8.ToArray(), null, null);
        var good = Read(format, Encoding.UTF8.GetBytes(request));
        Assert.NotNull(good);
        Assert.True(operation == "speech" || Take(format, good, Encoding.UTF8.GetBytes(answer)));
        for (var round = 0; round < 4_000; round++)
        {
            var body = Changed(Encoding.UTF8.GetBytes(request), random);
            if (Read(format, body) is { } read)
            {
                using var sent = format.Passthrough(body, read, target);
                Assert.NotEmpty(await sent.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
            }

            if (answer.Length > 0)
            {
                Take(format, good, Changed(Encoding.UTF8.GetBytes(answer), random));
            }
        }
    }

    [Fact]
    public void A_form_of_edits_is_made_JSON_or_refused_however_it_is_changed()
    {
        const string Form = "--b\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\na/b\r\n--b\r\nContent-Disposition: form-data; name=\"image[]\"; filename=\"a.png\"\r\n\r\nGIF89a\r\n"
            + "--b\r\nContent-Disposition: form-data; name=\"prompt\"\r\n\r\nx\r\n--b\r\nContent-Disposition: form-data; name=\"n\"\r\n\r\n2\r\n--b\r\nContent-Disposition: form-data; name=\"provider\"\r\n\r\n{}\r\n--b--\r\n";
        var format = new ImageFormat(ImageApi.Edits, contentType: "multipart/form-data; boundary=b");
        var random = new Random(7);

        Assert.NotNull(Read(format, format.AsRead(Encoding.UTF8.GetBytes(Form), out _)!));
        for (var round = 0; round < 2_000; round++)
        {
            if (format.AsRead(Changed(Encoding.UTF8.GetBytes(Form), random), out var error) is { } json)
            {
                Read(format, json);
            }
            else
            {
                Assert.Equal(400, error!.Status);
            }
        }
    }

    [Fact]
    public void A_form_that_is_cut_anywhere_is_refused()
    {
        var form = Encoding.UTF8.GetBytes(Exchanges.Single(static e => e.Data.Item1 == "form").Data.Item2);

        for (var length = 0; length < form.Length - 4; length++)
        {
            Assert.Null(Read(FormatOf("form"), form[..length]));
        }
    }

    private static ICallerFormat FormatOf(string operation) => operation switch
    {
        "embeddings" => new EmbeddingFormat(),
        "rerank" => new RerankFormat(),
        "images" => new ImageFormat(ImageApi.OpenRouter),
        "references" => new ImageFormat(ImageApi.Edits),
        "transcription" => new TranscriptionFormat("application/json"),
        "form" => new TranscriptionFormat("multipart/form-data; boundary=b"),
        _ => new SpeechFormat(),
    };

    private static InferenceRequest? Read(ICallerFormat format, byte[] body)
    {
        if (format.TryRead(body, out var request, out var error))
        {
            return request;
        }

        Assert.Equal(400, error!.Status);
        return null;
    }

    private static bool Take(ICallerFormat format, InferenceRequest request, byte[] answer)
    {
        using var flow = format.NewRewriter(new(new("\"i\""u8.ToArray(), "\"m\""u8.ToArray(), "\"p\""u8.ToArray()), new AnswerFacts(), 1, request));
        if (request.Stream && request.Wish is TranscriptionWish)
        {
            return flow.TakeEvent(answer) != StreamStep.Garbage;
        }

        var isTaken = flow.TryTakeWhole(answer);
        if (isTaken)
        {
            flow.AppendWholeEnd(default);
        }

        return isTaken;
    }

    private static byte[] Changed(byte[] body, Random random)
    {
        for (var change = random.Next(1, 4); change > 0; change--)
        {
            body[random.Next(body.Length)] = (byte)random.Next(256);
        }

        return body;
    }
}
