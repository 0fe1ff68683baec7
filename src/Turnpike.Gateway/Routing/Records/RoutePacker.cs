using System.Buffers;
using System.Collections.Immutable;
using System.IO.Compression;
using System.Text.Json;
using Turnpike.Gateway.Routing.Decisions;

namespace Turnpike.Gateway.Routing.Records;

/// <summary>Packs routes for the store: those of one second into one compressed JSON text, the models among them written once. What a decision was made
/// of is kept, and the order that came out; the rest is decided again when it is read. Used by one thread; its buffers are used again.</summary>
internal sealed class RoutePacker
{
    /// <summary>The fastest; most of a block is repetition.</summary>
    private const int Quality = 0;
    private const int Window = 20;

    private readonly ArrayBufferWriter<byte> _text = new(64 << 10);
    private readonly Utf8JsonWriter _writer;
    private readonly Dictionary<ImmutableArray<Endpoint>, int> _models = [];
    private byte[] _packed = [];

    public RoutePacker() => _writer = new(_text, new() { SkipValidation = true });

    public byte[] Pack(IEnumerable<KeptRoute> routes)
    {
        _text.ResetWrittenCount();
        _writer.Reset();
        _models.Clear();
        _writer.WriteStartObject();
        _writer.WriteStartArray("routes"u8);
        foreach (var route in routes)
        {
            WriteRoute(_writer, route, _models);
        }

        _writer.WriteEndArray();
        WriteModels();
        _writer.WriteEndObject();
        _writer.Flush();
        return Compressed();
    }

    private void WriteModels()
    {
        _writer.WriteStartArray("models"u8);
        foreach (var endpoints in _models.Keys.OrderBy(m => _models[m]))
        {
            _writer.WriteStartObject();
            InputsJson.WriteModel(_writer, endpoints[0].Model, endpoints, figures: null);
            _writer.WriteEndObject();
        }

        _writer.WriteEndArray();
        _models.Clear(); // what is packed may leave memory
    }

    private byte[] Compressed()
    {
        var longest = BrotliEncoder.GetMaxCompressedLength(_text.WrittenCount);
        if (_packed.Length < longest)
        {
            _packed = new byte[longest];
        }

        return BrotliEncoder.TryCompress(_text.WrittenSpan, _packed, out var length, Quality, Window)
            ? _packed[..length]
            : throw new System.Diagnostics.UnreachableException();
    }

    private static void WriteRoute(Utf8JsonWriter writer, KeptRoute route, Dictionary<ImmutableArray<Endpoint>, int> models)
    {
        writer.WriteStartObject();
        writer.WriteString("id"u8, route.Id.Value);
        writer.WriteNumber("account"u8, route.Account.Value);
        InputsJson.WriteMembers(writer, route.Inputs);
        writer.WriteStartArray("models"u8);
        foreach (var model in route.Inputs.Models)
        {
            if (!models.TryGetValue(model.Endpoints, out var place))
            {
                models[model.Endpoints] = place = models.Count;
            }

            writer.WriteStartObject();
            writer.WriteNumber("model"u8, place);
            InputsJson.WriteRequested(writer, model);
            if (model.Reason is { } reason)
            {
                writer.WriteString("reason"u8, reason);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        if (route.Made is { } made)
        {
            WriteOutcome(writer, made);
        }

        writer.WriteEndObject();
    }

    private static void WriteOutcome(Utf8JsonWriter writer, Decision made)
    {
        writer.WriteStartObject("figures"u8);
        foreach (ref readonly var candidate in made.Candidates.Span)
        {
            if (candidate.Figures != default)
            {
                writer.WritePropertyName(candidate.Endpoint.Id);
                JsonSerializer.Serialize(writer, candidate.Figures, FiguresJson.Default.EndpointFigures);
            }
        }

        writer.WriteEndObject();
        writer.WriteStartArray("order"u8);
        foreach (ref readonly var candidate in made.Candidates.Span)
        {
            writer.WriteStringValue(candidate.Endpoint.Id);
        }

        writer.WriteEndArray();
    }
}
