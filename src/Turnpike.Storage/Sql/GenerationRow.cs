using Turnpike.Core.Accounts;
using Turnpike.Core.Inference;
using Turnpike.Storage.Journal;

namespace Turnpike.Storage.Sql;

/// <summary>A generation as a query answers it; the properties are the columns.</summary>
internal sealed class GenerationRow
{
    public static string Columns { get; } = string.Join(", ", GenerationColumns.All.Select(static c => $"{c} AS {Property(c)}"));

    public long AccountId { get; set; }

    public string Id { get; set; } = "";

    public byte[] KeyHash { get; set; } = [];

    public long CreatedAt { get; set; }

    public long Charged { get; set; }

    public long Cost { get; set; }

    public long PromptCost { get; set; }

    public long Basis { get; set; }

    public long Streamed { get; set; }

    public long Cancelled { get; set; }

    public long PromptTokens { get; set; }

    public long CompletionTokens { get; set; }

    public long? CachedTokens { get; set; }

    public long? CacheWriteTokens { get; set; }

    public long? ReasoningTokens { get; set; }

    public long? PromptAudioTokens { get; set; }

    public long? CompletionAudioTokens { get; set; }

    public long? CompletionImageTokens { get; set; }

    public long? LatencyMs { get; set; }

    public long GenerationMs { get; set; }

    public long ImagesIn { get; set; }

    public string Model { get; set; } = "";

    public string? ProviderName { get; set; }

    public string? EndpointId { get; set; }

    public string ApiType { get; set; } = "";

    public string? FinishReason { get; set; }

    public string? NativeFinishReason { get; set; }

    public string? UpstreamId { get; set; }

    public string? ServiceTier { get; set; }

    public string? ExternalUser { get; set; }

    public string? SessionId { get; set; }

    public string? HttpReferer { get; set; }

    public string? AppTitle { get; set; }

    public string? UserAgent { get; set; }

    public string? RequestId { get; set; }

    public string? ErrorType { get; set; }

    public string? PriceRow { get; set; }

    public string? Details { get; set; }

    public string? Attempts { get; set; }

    public GenerationRecord ToRecord() => new()
    {
        Id = new(Id),
        AccountId = new(AccountId),
        KeyHash = Core.Accounts.KeyHash.FromBytes(KeyHash),
        CreatedAt = MicroTime.To(CreatedAt),
        Model = Model,
        ProviderName = ProviderName,
        EndpointId = EndpointId,
        ApiType = ApiType,
        Streamed = Streamed != 0,
        Cancelled = Cancelled != 0,
        FinishReason = FinishReason,
        NativeFinishReason = NativeFinishReason,
        Usage = new(checked((int)PromptTokens), checked((int)CompletionTokens))
        {
            CachedTokens = Number(CachedTokens),
            CacheWriteTokens = Number(CacheWriteTokens),
            ReasoningTokens = Number(ReasoningTokens),
            PromptAudioTokens = Number(PromptAudioTokens),
            CompletionAudioTokens = Number(CompletionAudioTokens),
            CompletionImageTokens = Number(CompletionImageTokens),
        },
        Basis = (BillingBasis)Basis,
        Charged = new(Charged),
        Cost = new(Cost),
        PromptCost = new(PromptCost),
        LatencyMs = Number(LatencyMs),
        GenerationMs = checked((int)GenerationMs),
        UpstreamId = UpstreamId,
        ServiceTier = ServiceTier,
        ExternalUser = ExternalUser,
        SessionId = SessionId,
        HttpReferer = HttpReferer,
        AppTitle = AppTitle,
        UserAgent = UserAgent,
        RequestId = RequestId,
        ImagesIn = checked((int)ImagesIn),
        ErrorType = ErrorType,
        PriceRow = PriceRow,
        Details = GenerationDetails.FromJson(Details),
        Attempts = AttemptsJson.Read(Attempts),
    };

    private static int? Number(long? value) => value is { } number ? checked((int)number) : null;

    private static string Property(string column) =>
        string.Concat(column.Split('_').Select(static word => char.ToUpperInvariant(word[0]) + word[1..]));
}
