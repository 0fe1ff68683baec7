namespace Turnpike.Gateway.Dialects;

/// <summary>What stands in every answer in place of the provider's own: each a JSON value with its quotes.</summary>
internal sealed record AnswerIdentity(byte[] Id, byte[] Model, byte[] Provider)
{
    /// <summary>What stands in place of the member <c>store</c>; null leaves it.</summary>
    public byte[]? Store { get; init; }

    /// <summary>What stands in place of the member <c>previous_response_id</c>; null leaves it.</summary>
    public byte[]? PreviousResponse { get; init; }

    /// <summary>Members that stand in every answer, and what they are where the provider leaves them out; at most 64.</summary>
    public WantedMember[] Wanted { get; init; } = [];

    /// <summary>The value that replaces a member's, at whose name the reader stands; null leaves it.</summary>
    public byte[]? Instead(ref System.Text.Json.Utf8JsonReader json) =>
        json.ValueTextEquals("id"u8) ? Id
        : json.ValueTextEquals("model"u8) ? Model
        : Store is not null && json.ValueTextEquals("store"u8) ? Store
        : PreviousResponse is not null && json.ValueTextEquals("previous_response_id"u8) ? PreviousResponse
        : null;

    /// <summary>The bit of the wanted member at whose name the reader stands; none where it is none of them.</summary>
    public ulong WantedAt(ref System.Text.Json.Utf8JsonReader json)
    {
        for (var i = 0; i < Wanted.Length; i++)
        {
            if (json.ValueTextEquals(Wanted[i].Name))
            {
                return 1UL << i;
            }
        }

        return 0;
    }
}
