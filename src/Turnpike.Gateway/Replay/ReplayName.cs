using Turnpike.Core.Accounts;

namespace Turnpike.Gateway.Replay;

/// <summary>What a repeated request is known by: who asks, and the <c>Idempotency-Key</c> it chose.</summary>
internal readonly record struct ReplayName(KeyHash Key, string Text);
