using System.Globalization;
using System.Text;
using Turnpike.Core.Errors;
using Turnpike.Core.Money;
using Turnpike.Gateway.Dialects;
using Turnpike.Gateway.Dialects.Neutral;

namespace Turnpike.Gateway.Plugins.Web;

/// <summary>Searches for the last thing that the user said and puts what was found before it.</summary>
internal sealed class WebSearchWork(WebWish wish, WebSearchOptions options, SearchEngine engine, TimeProvider time) : IPluginWork
{
    private const int QueryCharsMax = 400;
    private const int HitBytesMax = 10_000;

    public NanoUsd CostMax => CostOf(wish.ResultsMax);

    public long AddedBytesMax => (wish.ResultsMax * (long)HitBytesMax) + (wish.Prompt?.Length * 4 ?? 1000);

    public async ValueTask<GatewayError?> PrepareAsync(Exchange exchange, CancellationToken cancellationToken)
    {
        var messages = exchange.Neutral!.Messages; // the station has read it
        var last = messages.FindLastIndex(static m => m.Role == Role.User);
        if (last < 0 || messages[last].Text is not { Length: > 0 } question)
        {
            return null;
        }

        if (await engine.SearchAsync(question.Length > QueryCharsMax ? question[..QueryCharsMax] : question, wish, cancellationToken) is not { } hits)
        {
            return GatewayErrors.PluginFailed("web", "The search service did not answer.");
        }

        messages.Insert(last, new(Role.System, [new TextPart(Words(hits))]));
        exchange.IsEdited = true;
        var cost = CostOf(hits.Count);
        exchange.PluginCost += cost;
        (exchange.Plugins ??= []).Add(new("web", cost.Value, $"{hits.Count} results of {options.Engine}") { Engine = options.Engine, Results = hits.Count });
        (exchange.AnswerFilters ??= []).Add(sink => new CitingSink(sink, hits));
        return null;
    }

    private NanoUsd CostOf(int results) => new(options.PricePerThousand.Value * results / 1000);

    private string Words(List<SearchHit> hits)
    {
        var words = new StringBuilder(wish.Prompt ?? string.Create(CultureInfo.InvariantCulture,
            $"A search of the web on {time.GetUtcNow():yyyy-MM-dd} found the following. Use it where it helps to answer, and name the sources that you use as Markdown links whose text is the source's domain."));
        foreach (var hit in hits)
        {
            words.Append("\n\n## ").Append(hit.Title).Append('\n').Append(hit.Url).Append('\n').Append(hit.Content);
        }

        return words.ToString();
    }

    /// <summary>Names the sources when the answer has been told.</summary>
    private sealed class CitingSink(AnswerSink inner, List<SearchHit> hits) : ForwardingSink(inner)
    {
        protected override void OnFinish(int choice, string native, string normalised, ReadOnlySpan<byte> stopSequence)
        {
            foreach (var hit in hits)
            {
                Inner.Citation(choice, new(hit.Url, hit.Title, hit.Content, 0, 0));
            }

            base.OnFinish(choice, native, normalised, stopSequence);
        }
    }
}
