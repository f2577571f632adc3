"""The names that shops' exports give their columns, in English, Spanish and Portuguese, by field of ours."""

from collections.abc import Mapping, Sequence

# Spellings as `plain` leaves them: no accents, no case, single spaces. The first found wins.
NAMES: Mapping[str, Sequence[str]] = {
    # who
    "customer_id": (
        *(
            "customer id",
            "customerid",
            "customer user",
            "client id",
            "customer number",
            "user id",
            "id customer",
        ),
        *(
            "id cliente",
            "id de cliente",
            "id del cliente",
            "codigo cliente",
            "codigo de cliente",
            "cliente id",
        ),
        *("id do cliente", "codigo do cliente", "numero de cliente"),
    ),
    "email": (
        *("email", "e mail", "email address", "customer email", "billing email", "email billing"),
        *("correo", "correo electronico", "email del cliente", "email do cliente", "email comprador"),
    ),
    "phone": (
        *("phone", "phone number", "customer phone", "billing phone", "phone billing", "mobile"),
        *("telefono", "telefono movil", "movil", "celular", "telefone", "telemovel"),
    ),
    "given_name": ("first name", "firstname", "given name", "billing first name", "nombre", "nome"),
    "family_name": (
        *("last name", "lastname", "surname", "family name", "billing last name"),
        *("apellido", "apellidos", "sobrenome", "apelido"),
    ),
    "language": ("language", "locale", "customer locale", "idioma", "lingua"),
    "time_zone": ("time zone", "timezone", "zona horaria", "fuso horario"),
    "registered_at": (
        *("registered at", "registered", "registration date", "customer since", "date registered", "sign up"),
        *("fecha de registro", "fecha registro", "fecha de alta", "data de cadastro", "data de registo"),
    ),
    "updated_at": ("updated at", "last update", "date modified", "actualizado", "atualizado em"),
    # what they allow
    "promotion_email": (
        *("accepts email marketing", "accepts marketing", "email marketing", "email marketing consent"),
        *("newsletter", "acepta marketing", "acepta publicidad", "aceita marketing", "aceita publicidade"),
    ),
    "promotion_sms": (
        "accepts sms marketing",
        "sms marketing",
        "sms marketing consent",
        "acepta sms",
        "aceita sms",
    ),
    "relationship_email": ("relationship email",),
    "relationship_sms": ("relationship sms",),
    "consent_at": (
        *("consent date", "consent at", "opt in date", "optin time", "confirm time"),
        *("fecha de consentimiento", "data de consentimento"),
    ),
    "unsubscribed_email": (
        *(
            "unsubscribed",
            "unsubscribed email",
            "unsub time",
            "email opt out",
            "opted out",
            "unsubscribed at",
        ),
        *("baja", "fecha de baja", "descadastrado", "cancelou inscricao"),
    ),
    "unsubscribed_sms": ("unsubscribed sms", "sms opt out", "baja sms"),
    "bounced_email": (
        "bounced",
        "hard bounce",
        "hard bounced",
        "email bounced",
        "cleaned",
        "clean time",
        "rebotado",
    ),
    "spam_email": ("spam complaint", "marked as spam", "abuse complaint"),
    # orders
    "order_id": (
        *("order id", "orderid", "order number", "order no", "order", "invoice", "invoiceno", "invoice no"),
        *("invoice number", "id pedido", "id de pedido", "numero de pedido", "n pedido", "pedido", "factura"),
        *("id do pedido", "numero do pedido", "fatura", "encomenda", "orden", "numero de orden", "id order"),
    ),
    "ordered_at": (
        *("paid at", "ordered at", "order date", "invoicedate", "invoice date", "date paid", "paid date"),
        *(
            "created at",
            "date created",
            "purchase date",
            "placed at",
            "fecha",
            "fecha de pedido",
            "fecha pedido",
        ),
        *(
            "fecha del pedido",
            "fecha factura",
            "data do pedido",
            "data da compra",
            "data",
            "date",
            "date add",
        ),
    ),
    "total": (
        *(
            "total",
            "order total",
            "order total amount",
            "total amount",
            "grand total",
            "grand total base",
            "total paid",
            "amount",
            "importe",
        ),
        *("importe total", "total del pedido", "total pedido", "valor total", "total do pedido", "valor"),
    ),
    "currency": ("currency", "order currency", "currency code", "moneda", "divisa", "moeda"),
    "discount": (
        *("discount amount", "order discount", "cart discount amount", "discount total", "discount"),
        *("descuento", "desconto"),
    ),
    "delivered_at": (
        *("delivered at", "delivery date", "date delivered", "fecha de entrega", "data de entrega"),
    ),
    "channel": ("channel", "sales channel", "canal"),
    "status": (
        *("financial status", "order status", "payment status", "status", "estado", "estado del pedido"),
        *(
            "estado de la orden",
            "estado del pago",
            "estado da compra",
            "estado do pedido",
            "status do pedido",
        ),
        *(
            "status do pagamento",
            "estado do pagamento",
            "situacao",
            "situacao do pedido",
            "estado da encomenda",
        ),
        *("estado de pago", "estado da ordem", "order state"),
    ),
    "cancelled_at": (
        *("cancelled at", "canceled at", "cancelled on", "cancellation date", "fecha de cancelacion"),
        *("data de cancelamento", "cancelado el", "cancelado em"),
    ),
    # order lines
    "quantity": (
        "quantity",
        "lineitem quantity",
        "item quantity",
        "qty",
        "cantidad",
        "quantidade",
        "unidades",
    ),
    "unit_price": (
        *("unit price", "unitprice", "price", "lineitem price", "item cost", "item price"),
        *("precio", "precio unitario", "preco", "preco unitario"),
    ),
    "sku": (
        *("sku", "stockcode", "stock code", "lineitem sku", "item sku", "product id", "referencia"),
        *("codigo de producto", "codigo do produto", "codigo articulo"),
    ),
    "category": ("category", "product category", "product type", "item category", "categoria", "familia"),
    "unit_cost": (
        "unit cost",
        "cost",
        "cost per item",
        "cost of goods",
        "coste",
        "costo",
        "coste unitario",
        "custo",
    ),
    # refunds
    "refund_id": (
        "refund id",
        "refundid",
        "refund number",
        "id reembolso",
        "id devolucion",
        "id do reembolso",
    ),
    "refunded_at": (
        *("refunded at", "refund date", "date refunded", "fecha de reembolso", "fecha reembolso"),
        *("fecha de devolucion", "data do reembolso", "data da devolucao"),
    ),
    "refund_amount": (
        *("refund amount", "refunded amount", "amount refunded", "refund total", "order refund amount"),
        *("importe reembolsado", "importe devuelto", "valor reembolsado", "valor devolvido"),
    ),
}
