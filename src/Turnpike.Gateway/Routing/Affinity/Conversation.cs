using System.Runtime.InteropServices;
using Turnpike.Core.Accounts;
using Turnpike.Gateway.Dialects;

namespace Turnpike.Gateway.Routing.Affinity;

/// <summary>Tells conversations apart: by the session that the caller names, else by how they begin.</summary>
internal static class Conversation
{
    /// <summary>Of a message, this much is looked at: two that differ only behind it share a cache all the same.</summary>
    private const int MessageBytesMax = 16 << 10;

    /// <summary>A key of account, model and conversation; never zero.</summary>
    public static ulong Key(AccountId account, string model, string? session, InferenceRequest request, ReadOnlySpan<byte> body)
    {
        var hash = Mix((ulong)account.Value, MemoryMarshal.AsBytes(model.AsSpan()));
        if (session is not null)
        {
            hash = Mix(hash + 1, MemoryMarshal.AsBytes(session.AsSpan()));
        }
        else
        {
            hash = Mix(hash + 2, Head(body[request.FirstSystemMessage]));
            hash = Mix(hash + 3, Head(body[request.FirstMessage]));
        }

        return hash | 1;
    }

    private static ReadOnlySpan<byte> Head(ReadOnlySpan<byte> message) => message[..Math.Min(message.Length, MessageBytesMax)];

    // Not for secrets: a collision costs one account a cache miss.
    private static ulong Mix(ulong seed, ReadOnlySpan<byte> bytes)
    {
        var hash = seed ^ ((ulong)bytes.Length * 0x9E3779B97F4A7C15);
        var words = MemoryMarshal.Cast<byte, ulong>(bytes);
        foreach (var word in words)
        {
            hash = (ulong.RotateLeft(hash, 29) ^ word) * 0xD6E8FEB86659FD93;
        }

        foreach (var rest in bytes[(words.Length * 8)..])
        {
            hash = (hash ^ rest) * 0x100000001B3;
        }

        hash ^= hash >> 32;
        hash *= 0xD6E8FEB86659FD93;
        return hash ^ (hash >> 32);
    }
}
