using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;
using Turnpike.Core.Inference;
using Turnpike.Core.Money;
using Turnpike.Storage.Journal;

namespace Turnpike.Storage.Sql;

/// <summary>The attempts of a generation as they stand in the database: JSON that an operator can read and query.</summary>
internal sealed class AttemptsJson : IDisposable
{
    private readonly ArrayBufferWriter<byte> _buffer = new(1024);
    private readonly Utf8JsonWriter _writer;

    public AttemptsJson() => _writer = new(_buffer);

    /// <summary>Turns attempts from the ring into JSON; valid until the next call.</summary>
    public ReadOnlySpan<byte> Write(ref RecordReader reader, int count)
    {
        _buffer.ResetWrittenCount();
        _writer.Reset();
        _writer.WriteStartArray();
        for (var i = 0; i < count; i++)
        {
            _writer.WriteStartObject();
            _writer.WriteNumber("status"u8, reader.Int());
            _writer.WriteNumber("latency_ms"u8, reader.Int());
            if (reader.Long() is not 0 and var lost)
            {
                _writer.WriteNumber("lost_nano_usd"u8, lost);
            }

            _writer.WriteString("endpoint"u8, reader.Text().Span);
            _writer.WriteString("provider"u8, reader.Text().Span);
            var failure = reader.Text();
            if (!failure.IsNull)
            {
                _writer.WriteString("failure"u8, failure.Span);
            }

            _writer.WriteEndObject();
        }

        _writer.WriteEndArray();
        _writer.Flush();
        return _buffer.WrittenSpan;
    }

    public static ImmutableArray<Attempt> Read(string? json)
    {
        if (json is null)
        {
            return [];
        }

        using var document = JsonDocument.Parse(json);
        var attempts = ImmutableArray.CreateBuilder<Attempt>();
        foreach (var item in document.RootElement.EnumerateArray())
        {
            attempts.Add(new(
                item.GetProperty("endpoint"u8).GetString()!,
                item.GetProperty("provider"u8).GetString()!,
                item.GetProperty("status"u8).GetInt32(),
                item.GetProperty("latency_ms"u8).GetInt32(),
                item.TryGetProperty("failure"u8, out var failure) ? failure.GetString() : null)
            {
                LostCost = item.TryGetProperty("lost_nano_usd"u8, out var lost) ? new(lost.GetInt64()) : NanoUsd.Zero,
            });
        }

        return attempts.ToImmutable();
    }

    public void Dispose() => _writer.Dispose();
}
