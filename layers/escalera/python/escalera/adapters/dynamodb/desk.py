"""What the shop's people wrote and changed, as records: answers and the audit."""

from escalera.adapters.dynamodb.attributes import Plain, instant, written
from escalera.domain.facts import Answer, Audit, FactKey
from escalera.domain.staff import Role
from escalera.domain.vocabulary import AnswerId, AuditId, ComplaintId


def write_answer(answer: Answer) -> Plain:
    """An answer to a complaint."""
    return {
        "text": answer.text,
        "written_at": written(answer.written_at),
        "by": answer.by,
        "staff_id": answer.staff_id,
    }


def read_answer(key: FactKey, plain: Plain) -> Answer:
    """An answer to a complaint."""
    return Answer(
        customer_id=key.customer_id,
        complaint_id=ComplaintId(key.parts[0]),
        answer_id=AnswerId(key.parts[1]),
        text=plain.get("text", ""),
        written_at=instant(plain["written_at"]),
        by=plain.get("by", ""),
        staff_id=plain.get("staff_id", ""),
    )


def write_audit(audit: Audit) -> Plain:
    """A change somebody made; when stands in its key."""
    return {
        "by": audit.by,
        "role": audit.role.value,
        "what": audit.what,
        "about": audit.about,
        "detail": audit.detail,
        "staff_id": audit.staff_id,
    }


def read_audit(key: FactKey, plain: Plain) -> Audit:
    """A change somebody made."""
    return Audit(
        customer_id=key.customer_id,
        audit_id=AuditId(key.parts[1]),
        at=instant(key.parts[0]),
        by=plain.get("by", ""),
        role=Role(plain["role"]),
        what=plain.get("what", ""),
        about=plain.get("about", ""),
        detail=plain.get("detail", ""),
        staff_id=plain.get("staff_id", ""),
    )
