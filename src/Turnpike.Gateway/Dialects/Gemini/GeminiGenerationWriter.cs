using System.Globalization;
using System.Text.Json;
using Turnpike.Core.Errors;
using Turnpike.Gateway.Dialects.Neutral;

namespace Turnpike.Gateway.Dialects.Gemini;

/// <summary>Writes <c>generationConfig</c>: sampling, limits, the form of the answer.</summary>
internal static class GeminiGenerationWriter
{
    private const int StopsMax = 5;
    private const int ChoicesMax = 8;

    public static GatewayError? Write(
        Utf8JsonWriter json, NeutralRequest request, UpstreamTarget target, GeminiModel model, GeminiHost host, DroppedParameters dropped)
    {
        if (Fault(request, model.TakesSeveralAnswers(host) ? ChoicesMax : 1) is { } fault)
        {
            return fault;
        }

        json.WriteStartObject("generationConfig"u8);
        WriteSampling(json, request.Sampling, model, dropped);
        WritePenalty(json, "frequencyPenalty", "frequency_penalty", request.Sampling.FrequencyPenalty, model.TakesPenalties(host), dropped);
        WritePenalty(json, "presencePenalty", "presence_penalty", request.Sampling.PresencePenalty, model.TakesPenalties(host), dropped);
        WriteRest(json, request);
        var limit = target.AffordedOutput ?? request.OutputLimit;
        json.NumberIf("maxOutputTokens", limit is { } most ? Math.Min(most, int.MaxValue) : null);

        WriteForm(json, request.ResponseFormat, dropped);
        WriteModalities(json, request, model, dropped);
        GeminiThinking.Write(json, model, request, limit, dropped);
        json.WriteEndObject();
        Drop(request, dropped);
        return null;
    }

    private static GatewayError? Fault(NeutralRequest request, int choicesMax) =>
        request.Stop.Length > StopsMax ? GatewayErrors.InvalidField("stop", "has more than 5 entries, which is the most that this model takes.")
        : request.Choices > choicesMax ? GatewayErrors.InvalidField("n", string.Create(CultureInfo.InvariantCulture, $"is more than {choicesMax}, which is the most that this model gives."))
        : null;

    private static void WriteSampling(Utf8JsonWriter json, Sampling sampling, GeminiModel model, DroppedParameters dropped)
    {
        var topK = sampling.TopK > 0 ? sampling.TopK : null; // zero is off
        if (model.DecidesItself)
        {
            dropped.AddIf(sampling.Temperature is not null, "temperature");
            dropped.AddIf(sampling.TopP is not null, "top_p");
            dropped.AddIf(topK is not null, "top_k");
            return;
        }

        json.NumberIf("temperature", sampling.Temperature);
        json.NumberIf("topP", sampling.TopP);
        json.NumberIf("topK", topK);
    }

    private static void WritePenalty(Utf8JsonWriter json, string name, string callersName, double? value, bool isTaken, DroppedParameters dropped)
    {
        if (value is { } penalty && penalty != 0)
        {
            json.NumberIf(name, isTaken ? value : null);
            dropped.AddIf(!isTaken, callersName);
        }
    }

    private static void WriteRest(Utf8JsonWriter json, NeutralRequest request)
    {
        var sampling = request.Sampling;
        json.NumberIf("seed", sampling.Seed is { } seed ? seed & int.MaxValue : null); // an int32 there: a larger one is folded, always alike
        json.BooleanIf("responseLogprobs", sampling.Logprobs);
        json.NumberIf("logprobs", sampling.Logprobs == true ? sampling.TopLogprobs : null);
        json.StringsIf("stopSequences", request.Stop);
        if (request.Choices != 1)
        {
            json.WriteNumber("candidateCount"u8, request.Choices);
        }
    }

    private static void WriteForm(Utf8JsonWriter json, ResponseFormat? format, DroppedParameters dropped)
    {
        switch (format?.Kind)
        {
            case null or ResponseFormatKind.Text:
                return;
            case ResponseFormatKind.JsonObject:
                json.WriteString("responseMimeType"u8, "application/json"u8);
                return;
            case ResponseFormatKind.JsonSchema:
                json.WriteString("responseMimeType"u8, "application/json"u8);
                GeminiSchema.WriteIf(json, "responseSchema", format.Schema);
                return;
            case ResponseFormatKind.Other:
                dropped.Add("response_format");
                return;
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private static void WriteModalities(Utf8JsonWriter json, NeutralRequest request, GeminiModel model, DroppedParameters dropped)
    {
        // Models that speak do nothing else, but callers name text with audio, as OpenAI wants it.
        json.StringsIf("responseModalities", [.. request.Modalities.Where(m => !model.Speaks || m == "audio").Select(static m => m.ToUpperInvariant())]);
        if (!request.ImageConfig.IsEmpty)
        {
            using var image = JsonDocument.Parse(request.ImageConfig);
            json.WriteStartObject("imageConfig"u8);
            json.StringIf("aspectRatio", image.RootElement.Text("aspect_ratio"));
            json.StringIf("imageSize", image.RootElement.Text("image_size"));
            json.WriteEndObject();
        }

        if (!request.AudioOutput.IsEmpty)
        {
            WriteVoice(json, request.AudioOutput, dropped);
        }
    }

    private static void WriteVoice(Utf8JsonWriter json, ReadOnlyMemory<byte> raw, DroppedParameters dropped)
    {
        using var audio = JsonDocument.Parse(raw);
        dropped.AddIf(audio.RootElement.Text("format") is not (null or "pcm16"), "audio.format"); // PCM, 16 bit, is all that comes
        var voice = audio.RootElement.TryMember("voice", out var named) && named.ValueKind == JsonValueKind.Object ? named.Text("id") : audio.RootElement.Text("voice");
        if (voice is null)
        {
            return;
        }

        json.WriteStartObject("speechConfig"u8);
        json.WriteStartObject("voiceConfig"u8);
        json.WriteStartObject("prebuiltVoiceConfig"u8);
        json.WriteString("voiceName"u8, voice);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Drop(NeutralRequest request, DroppedParameters dropped)
    {
        dropped.AddIf(request.Sampling.MinP is not null, "min_p");
        dropped.AddIf(request.Sampling.TopA is not null, "top_a");
        dropped.AddIf(request.Sampling.RepetitionPenalty is not null, "repetition_penalty");
        dropped.AddIf(!request.Sampling.LogitBias.IsEmpty, "logit_bias");
        dropped.AddIf(request.Verbosity is not null, "verbosity");
        dropped.AddIf(request.ServiceTier is not null, "service_tier");
        dropped.AddIf(request.PromptCacheKey is not null, "prompt_cache_key");
        dropped.AddIf(!request.Prediction.IsEmpty, "prediction");
        dropped.AddIf(!request.WebSearchOptions.IsEmpty, "web_search_options");
    }
}
