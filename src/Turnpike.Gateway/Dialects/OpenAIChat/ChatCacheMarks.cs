using System.Globalization;
using System.Text.Json;
using Turnpike.Core.Catalog;
using Turnpike.Gateway.Dialects.Neutral;

namespace Turnpike.Gateway.Dialects.OpenAIChat;

/// <summary>Writes the marks of a prompt for a cache to providers of OpenAI's formats.</summary>
internal static class ChatCacheMarks
{
    /// <summary>By the name of the model for OpenAI's own; else where writing to a cache has a price, which is where it happens on demand. Hosts that
    /// are not known to do so are not sent a member that they may refuse.</summary>
    public static CacheMarkForm FormOf(Endpoint endpoint) =>
        KnowsBreakpoints(endpoint.UpstreamModel) ? CacheMarkForm.Breakpoint
        : endpoint.Dialect != Core.Catalog.Dialects.OpenAIResponses && endpoint.Provider.Quirks.CacheMarks && endpoint.Prices.CacheWrite is not null ? CacheMarkForm.CacheControl
        : CacheMarkForm.None;

    public static void Write(Utf8JsonWriter json, CacheMark? mark, CacheMarkForm form)
    {
        if (mark is null || form == CacheMarkForm.None)
        {
            return;
        }

        json.WriteStartObject(form == CacheMarkForm.Breakpoint ? "prompt_cache_breakpoint"u8 : "cache_control"u8);
        if (form == CacheMarkForm.Breakpoint)
        {
            json.WriteString("mode"u8, "explicit"u8);
        }
        else
        {
            json.WriteString("type"u8, "ephemeral"u8);
            json.StringIf("ttl", mark.Ttl);
        }

        json.WriteEndObject();
    }

    // GPT from 5.6 on. (Source: OpenAI's API description, prompt_cache_options, 2026-08.)
    private static bool KnowsBreakpoints(string model)
    {
        var name = model.AsSpan(model.LastIndexOf('/') + 1);
        if (!name.StartsWith("gpt-"))
        {
            return false;
        }

        var rest = name["gpt-".Length..];
        var end = rest.IndexOf('-');
        return decimal.TryParse(end < 0 ? rest : rest[..end], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var version)
            && version >= 5.6m;
    }
}
