using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Turnpike.Core.Errors;
using Turnpike.Core.Ledger;

namespace Turnpike.Gateway.Surfaces.Responses;

/// <summary>A page of the items that a stored response answers, as the caller asks for it.</summary>
/// <param name="After">The id of the item before the page; null for the first page.</param>
internal sealed record InputPage(int Limit, bool IsAscending, string? After)
{
    private const int LimitMax = 100;

    /// <summary>Reads <c>limit</c>, <c>order</c> and <c>after</c>; false with the error to tell.</summary>
    public static bool TryRead(IQueryCollection query, out InputPage? page, out GatewayError? error)
    {
        page = null;
        var limit = 20;
        var (asked, order, after) = (query["limit"].ToString(), query["order"].ToString(), query["after"].ToString());
        error = asked.Length > 0 && (!int.TryParse(asked, NumberStyles.None, CultureInfo.InvariantCulture, out limit) || limit is < 1 or > LimitMax)
                ? GatewayErrors.InvalidField("limit", $"must be a whole number from 1 to {LimitMax}.")
            : order is not ("" or "asc" or "desc") ? GatewayErrors.InvalidField("order", "must be asc or desc.")
            : null;
        page = error is null ? new(limit, order == "asc", after.Length > 0 ? after : null) : null;
        return error is null;
    }

    public void Write(Utf8JsonWriter json, StoredResponse stored)
    {
        var items = Items(stored);
        var rest = After is null ? items : [.. items.SkipWhile(i => (string?)i["id"] != After).Skip(1)];
        var page = rest.Take(Limit).ToList();
        json.WriteStartObject();
        json.WriteString("object"u8, "list"u8);
        json.WriteStartArray("data"u8);
        page.ForEach(item => item.WriteTo(json));
        json.WriteEndArray();
        json.WriteString("first_id"u8, (string?)page.FirstOrDefault()?["id"]);
        json.WriteString("last_id"u8, (string?)page.LastOrDefault()?["id"]);
        json.WriteBoolean("has_more"u8, rest.Count > page.Count);
        json.WriteEndObject();
    }

    // Every item has a type and an id here, whether or not the caller gave it one.
    private List<JsonObject> Items(StoredResponse stored)
    {
        var items = JsonNode.Parse(stored.Input)!.AsArray().OfType<JsonObject>().ToList(); // an array, by contract
        for (var i = 0; i < items.Count; i++)
        {
            items[i].TryAdd("type", "message");
            if (items[i]["id"] is not JsonValue)
            {
                items[i]["id"] = $"item_{stored.Id.Value}_{i}";
            }
        }

        if (!IsAscending)
        {
            items.Reverse();
        }

        return items;
    }
}
