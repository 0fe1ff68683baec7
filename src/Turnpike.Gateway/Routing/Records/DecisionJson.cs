using System.Text.Json;
using Turnpike.Core.Money;
using Turnpike.Gateway.Routing.Decisions;
using Turnpike.Gateway.Routing.Strategies;
using Turnpike.Gateway.Routing.Wishes;

namespace Turnpike.Gateway.Routing.Records;

/// <summary>Writes a decision for people and programs: order with scores and costs, who was removed by which rule, and the inputs from
/// which it can be replayed. Nothing of the prompt is in it.</summary>
internal static class DecisionJson
{
    /// <summary>Writes the members of the record, without the braces around.</summary>
    public static void WriteMembers(Utf8JsonWriter writer, Decision decision)
    {
        var inputs = decision.Inputs;
        writer.WriteString("requested"u8, inputs.Requested);
        writer.WriteStartArray("models"u8);
        foreach (var model in inputs.Models)
        {
            writer.WriteStringValue(model.Model.Id);
        }

        writer.WriteEndArray();
        WriteReasons(writer, inputs);
        writer.WriteString("method"u8, decision.Method);
        writer.WriteString("summary"u8, DecisionSentence.Of(decision));
        writer.WriteStartArray("candidates"u8);
        var place = 0;
        foreach (ref readonly var candidate in decision.Candidates.Span)
        {
            WriteCandidate(writer, candidate, ++place, inputs.Needs);
        }

        writer.WriteEndArray();
        writer.WriteStartArray("removed"u8);
        foreach (var removal in decision.Removed)
        {
            WriteRemoval(writer, removal);
        }

        writer.WriteEndArray();
        InputsJson.Write(writer, decision);
    }

    // Why a router chose its models; nothing where the caller named them.
    private static void WriteReasons(Utf8JsonWriter writer, DecisionInputs inputs)
    {
        if (inputs.Models.All(static m => m.Reason is null))
        {
            return;
        }

        writer.WriteStartArray("chosen"u8);
        foreach (var model in inputs.Models)
        {
            if (model.Reason is { } reason)
            {
                writer.WriteStartObject();
                writer.WriteString("model"u8, model.Model.Id);
                writer.WriteString("reason"u8, reason);
                writer.WriteEndObject();
            }
        }

        writer.WriteEndArray();
    }

    /// <summary>Writes dollars as a number, exactly.</summary>
    public static void WriteUsd(Utf8JsonWriter writer, ReadOnlySpan<byte> name, NanoUsd amount)
    {
        writer.WritePropertyName(name);
        writer.WriteRawValue(amount.ToString(), skipInputValidation: true);
    }

    private static void WriteCandidate(Utf8JsonWriter writer, in Candidate candidate, int place, RequestNeeds needs)
    {
        writer.WriteStartObject();
        writer.WriteNumber("place"u8, place);
        writer.WriteString("endpoint"u8, candidate.Endpoint.Id);
        writer.WriteString("tag"u8, candidate.Endpoint.Tag);
        writer.WriteString("provider"u8, candidate.Endpoint.Provider.Name);
        writer.WriteString("model"u8, candidate.Endpoint.Model.Id);
        WriteUsd(writer, "expected_cost"u8, new((long)Math.Round(candidate.Price * NanoUsd.PerUsd)));
        WriteUsd(writer, "maximum_cost"u8, Costs.Most(candidate.Endpoint, needs));
        writer.WriteNumber("score"u8, candidate.Score);
        if (candidate.Share > 0)
        {
            writer.WriteNumber("share"u8, Math.Round(candidate.Share, 6));
        }

        if (candidate.Parts.Price > 0)
        {
            writer.WriteStartObject("parts"u8);
            writer.WriteNumber("price"u8, candidate.Parts.Price);
            writer.WriteNumber("speed"u8, Math.Round(candidate.Parts.Speed, 6));
            writer.WriteNumber("first_token"u8, Math.Round(candidate.Parts.FirstToken, 6));
            writer.WriteNumber("reliability"u8, Math.Round(candidate.Parts.Reliability, 6));
            writer.WriteNumber("rate_limits"u8, Math.Round(candidate.Parts.RateLimits, 6));
            writer.WriteEndObject();
        }

        WriteTrue(writer, "has_cache"u8, candidate.HasCache);
        WriteTrue(writer, "too_slow"u8, candidate.IsTooSlow);
        WriteTrue(writer, "paused"u8, candidate.Figures.IsPaused);
        WriteTrue(writer, "outage"u8, candidate.Figures.HasOutage);
        writer.WriteEndObject();
    }

    private static void WriteRemoval(Utf8JsonWriter writer, in Removal removal)
    {
        writer.WriteStartObject();
        writer.WriteString("endpoint"u8, removal.Endpoint.Id);
        writer.WriteString("tag"u8, removal.Endpoint.Tag);
        writer.WriteString("provider"u8, removal.Endpoint.Provider.Name);
        writer.WriteString("model"u8, removal.Endpoint.Model.Id);
        writer.WriteString("rule"u8, RemovalWords.Word(removal.Rule));
        writer.WriteString("field"u8, RemovalWords.Field(removal.Rule));
        writer.WriteString("by"u8, RemovalWords.Owner(removal.Owner));
        if (removal.Detail is { } detail)
        {
            writer.WriteString("detail"u8, detail);
        }

        writer.WriteString("relax"u8, RemovalWords.Relax(removal.Rule));
        writer.WriteEndObject();
    }

    private static void WriteTrue(Utf8JsonWriter writer, ReadOnlySpan<byte> name, bool value)
    {
        if (value)
        {
            writer.WriteBoolean(name, value);
        }
    }
}
