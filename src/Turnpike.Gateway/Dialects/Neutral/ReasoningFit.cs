using System.Collections.Immutable;
using Turnpike.Core.Catalog;
using Turnpike.Core.Errors;

namespace Turnpike.Gateway.Dialects.Neutral;

/// <summary>A wish for reasoning as one model can take it: an effort that it does not know becomes the nearest that it does.</summary>
internal static class ReasoningFit
{
    private static readonly ImmutableArray<string> Efforts = ["none", "minimal", "low", "medium", "high", "xhigh", "max"];

    /// <summary>The wish; or why it cannot be had: the model always reasons and is asked not to.</summary>
    /// <param name="isLatest">The model was named by its family (<c>~author/family-latest</c>): what the newest one does not know is made to fit.</param>
    public static (ReasoningWish Wish, GatewayError? Error) For(ReasoningWish wish, Model model, bool isLatest)
    {
        if (model.Reasoning is not { } reasoning)
        {
            return (wish, null);
        }

        if (wish.IsOff)
        {
            return !reasoning.Mandatory || reasoning.SupportedEfforts.Contains("none") ? (wish, null)
                : isLatest ? (wish with { Effort = Nearest("minimal", reasoning.SupportedEfforts), Enabled = null }, null)
                : (wish, GatewayErrors.InvalidField("reasoning", $"cannot be turned off: {model.Id} always reasons. Ask for a low effort, or for another model."));
        }

        return wish.Effort is { } effort ? (wish with { Effort = Nearest(effort, reasoning.SupportedEfforts) }, null) : (wish, null);
    }

    /// <summary>The effort, or the nearest that is known. Of two that are equally near, the one that thinks less: it costs the caller less than was
    /// asked for.</summary>
    /// <param name="supported">Empty is any.</param>
    public static string Nearest(string effort, ImmutableArray<string> supported)
    {
        var wanted = Efforts.IndexOf(effort);
        return wanted < 0 || supported.IsDefaultOrEmpty || supported.Contains(effort)
            ? effort
            : supported.Where(static s => s != "none").DefaultIfEmpty(effort).MinBy(s => (Math.Abs(Efforts.IndexOf(s) - wanted), Efforts.IndexOf(s)))!;
    }
}
