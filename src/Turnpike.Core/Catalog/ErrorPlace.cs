namespace Turnpike.Core.Catalog;

/// <summary>Where an error stands in the body of an answer.</summary>
public enum ErrorPlace
{
    /// <summary><c>error</c>, an object with <c>message</c>, or a text.</summary>
    Error,

    /// <summary>The body itself has <c>message</c>, with <c>code</c> or <c>type</c>.</summary>
    Flat,

    /// <summary><c>detail</c>: a text, a list with <c>msg</c>, or an object with <c>error</c>.</summary>
    Detail,

    /// <summary><c>errors</c>, a list with <c>message</c>.</summary>
    Errors,

    /// <summary><c>base_resp</c> with a <c>status_code</c> other than 0.</summary>
    BaseResp,

    /// <summary><c>fault</c> with <c>faultstring</c>.</summary>
    Fault,
}
