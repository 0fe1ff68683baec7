using System.Text.Json;
using Microsoft.Extensions.Primitives;
using Turnpike.Core.Catalog;
using Turnpike.Core.Errors;

namespace Turnpike.Gateway.Surfaces.Models;

/// <summary>Models as Anthropic lists them, for its clients, which name their version of the API: a page, and one of them.</summary>
internal static class AnthropicModels
{
    private const int LimitDefault = 20;

    public static bool AreWanted(HttpRequest request) => request.Headers.ContainsKey("anthropic-version");

    /// <summary>The page of a list that <c>limit</c>, <c>after_id</c> and <c>before_id</c> ask for; null with an error where an id is in no page.</summary>
    public static ReadOnlyMemory<byte>? Page(List<ModelEntry> models, ModelQuery query, IQueryCollection ids, out GatewayError? error)
    {
        var (after, before) = (At(models, ids["after_id"]), At(models, ids["before_id"]));
        error = after < 0 ? GatewayErrors.InvalidField("after_id", "is no model of this list.")
            : before < 0 ? GatewayErrors.InvalidField("before_id", "is no model of this list.")
            : null;
        if (error is not null)
        {
            return null;
        }

        var limit = query.Limit ?? LimitDefault;
        var end = before ?? models.Count;
        var start = after + 1 ?? (before is null ? 0 : Math.Max(0, end - limit));
        List<ModelEntry> page = [.. models.Take(end).Skip(start).Take(limit)];
        var hasMore = before is null ? start + page.Count < models.Count : start > 0;
        return SurfaceJson.Render((page, hasMore), static (writer, p) => Write(writer, p.page, p.hasMore));
    }

    public static void Write(Utf8JsonWriter writer, ModelEntry entry)
    {
        var model = entry.Model;
        writer.WriteStartObject();
        writer.WriteString("type"u8, "model"u8);
        writer.WriteString("id"u8, model.Id);
        writer.WriteString("display_name"u8, model.Name);
        writer.WriteString("created_at"u8, model.Created.UtcDateTime);
        WriteNumber(writer, "max_input_tokens", entry.ContextLength);
        WriteNumber(writer, "max_tokens", model.MaxCompletionTokens);
        WriteLifecycle(writer, model.ExpirationDate);
        writer.WriteNull("capabilities"u8);
        writer.WriteNull("line"u8);
        writer.WriteEndObject();
    }

    /// <summary>A model with a day on which it goes is what Anthropic calls deprecated.</summary>
    private static void WriteLifecycle(Utf8JsonWriter writer, string? lastDay)
    {
        writer.WriteString("lifecycle"u8, lastDay is null ? "active"u8 : "deprecated"u8);
        writer.WriteNull("deprecated_at"u8);
        writer.WriteString("retires_at"u8, lastDay is null ? null : lastDay + "T00:00:00Z");
    }

    private static void Write(Utf8JsonWriter writer, List<ModelEntry> page, bool hasMore)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("data"u8);
        page.ForEach(m => Write(writer, m));
        writer.WriteEndArray();
        writer.WriteBoolean("has_more"u8, hasMore);
        writer.WriteString("first_id"u8, page is [var first, ..] ? first.Model.Id : null);
        writer.WriteString("last_id"u8, page is [.., var last] ? last.Model.Id : null);
        writer.WriteEndObject();
    }

    private static int? At(List<ModelEntry> models, StringValues id) =>
        StringValues.IsNullOrEmpty(id) ? null : models.FindIndex(m => m.Model.Id == id);

    private static void WriteNumber(Utf8JsonWriter writer, string name, int? number)
    {
        if (number is { } known)
        {
            writer.WriteNumber(name, known);
        }
        else
        {
            writer.WriteNull(name);
        }
    }
}
