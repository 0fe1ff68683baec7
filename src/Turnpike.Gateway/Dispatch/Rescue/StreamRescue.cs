using System.Text;
using Turnpike.Core.Catalog;
using Turnpike.Gateway.Dialects;
using Turnpike.Gateway.Dialects.Neutral;
using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Dispatch.Rescue;

/// <summary>How a stream that broke after its first content is gone on with (docs/resilience.md, "Stream rescue").</summary>
/// <remarks>Only text: with a tool call, an image or a second choice under way nobody can say what the caller has already acted on. Who pays:
/// docs/billing.md.</remarks>
internal sealed class StreamRescue(Exchange exchange, TextTap tap)
{
    /// <summary>A larger request is not kept for a stream's whole life.</summary>
    private const int BodyBytesMax = 4 << 20;

    public TextTap Tap { get; } = tap;

    /// <summary>The request can be said anew, and all that was told is text.</summary>
    public bool IsPossible => !Tap.IsSpoilt && exchange.ReadNeutral() is null;

    /// <summary>A tap where the request's stream may be gone on with; null where it may not.</summary>
    public static TextTap? TapFor(Exchange exchange, StreamOptions options) =>
        exchange.Request is { Stream: true, Choices: 1 } && exchange.Format.Operation == Operation.Chat && exchange.Body.Length <= BodyBytesMax
        && ModeOf(exchange, options) != RescueMode.Off
            ? new TextTap()
            : null;

    /// <summary>What to try, in order: others before the one that broke; going on before beginning anew.</summary>
    public IEnumerable<RescueStep> Steps(IEnumerable<Endpoint> endpoints)
    {
        foreach (var endpoint in endpoints)
        {
            if (exchange.RescueMode == RescueMode.Continue && endpoint.SupportsPrefill)
            {
                yield return new(endpoint, ByPrefill: true);
            }

            yield return new(endpoint, ByPrefill: false);
        }
    }

    /// <summary>What the endpoint is asked, and what leaves out of its answer what the caller has.</summary>
    public (NeutralRequest Request, RescueSink Sink) Prepare(RescueStep step, AnswerWriter writer)
    {
        var told = new PooledBuffer();
        JsonText.AppendMeaning(ref told, Tap.Escaped);
        byte[] text = told.Span.ToArray();
        told.Dispose();
        var request = exchange.Neutral! with { OutputLimit = exchange.OutputLimit }; // IsPossible has seen to it
        if (!step.ByPrefill || text.Length == 0)
        {
            return (request, new(writer, text, isRequired: true));
        }

        // No model is given a text that ends in a space: several refuse it, and all go on worse. What they say again is left out.
        var kept = text.AsSpan().TrimEnd(" \t\r\n"u8);
        var rest = text.AsMemory(kept.Length);
        request = request with { OutputLimit = exchange.OutputLimit is { } limit ? Math.Max(1, limit - Tap.Pieces) : null };
        return (WithPrefill(request, Encoding.UTF8.GetString(kept)), new(writer, rest, isRequired: false));
    }

    private static RescueMode ModeOf(Exchange exchange, StreamOptions options) => exchange.RescueMode = (exchange.Request.Rescue ?? exchange.Key.Key.Rescue) switch
    {
        "off" or "error" => RescueMode.Off,
        "continue" => RescueMode.Continue,
        "restart" => RescueMode.Restart,
        _ => options.Rescue,
    };

    private static NeutralRequest WithPrefill(NeutralRequest request, string text)
    {
        List<Message> messages = [.. request.Messages];
        if (messages[^1] is { Role: Role.Assistant } last)
        {
            messages[^1] = last with { Parts = [.. last.Parts, new TextPart(text)] };
        }
        else
        {
            messages.Add(new(Role.Assistant, [new TextPart(text)]));
        }

        return request with { Messages = messages };
    }
}
