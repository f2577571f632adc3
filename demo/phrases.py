"""What customers write when something went wrong, and what the shop answers, in each language."""

Wording = tuple[str, str]  # subject, text

COMPLAINTS: dict[str, dict[str, tuple[Wording, ...]]] = {
    "damaged": {
        "es": (
            ("Ha llegado roto", "Al abrir el paquete vi que una pieza venía rota. La caja estaba golpeada."),
            ("Artículo dañado", "Dos de las piezas llegaron rayadas y no puedo regalarlas así."),
        ),
        "pt": (
            (
                "Chegou partido",
                "Quando abri a encomenda, uma das peças estava partida. A caixa vinha amassada.",
            ),
            ("Artigo danificado", "Duas das peças chegaram riscadas e assim não as posso oferecer."),
        ),
        "en": (
            ("Arrived broken", "One piece was broken when I opened the parcel. The box had been crushed."),
            ("Damaged item", "Two of the pieces came scratched and I cannot give them as presents."),
        ),
    },
    "wrong_item": {
        "es": (
            ("No es lo que pedí", "He recibido un artículo distinto del que encargué."),
            ("Color equivocado", "Pedí el modelo blanco y me ha llegado el rosa."),
        ),
        "pt": (
            ("Não foi o que pedi", "Recebi um artigo diferente daquele que encomendei."),
            ("Cor errada", "Pedi o modelo branco e chegou o cor-de-rosa."),
        ),
        "en": (
            ("Not what I ordered", "The item in the parcel is not the one I ordered."),
            ("Wrong colour", "I asked for the white one and the pink one came."),
        ),
    },
    "missing_item": {
        "es": (
            ("Faltan piezas", "En la caja hay menos piezas de las que dice el albarán."),
            ("Pedido incompleto", "Falta uno de los artículos y nadie me avisó."),
        ),
        "pt": (
            ("Faltam peças", "Na caixa vieram menos peças do que diz a guia."),
            ("Encomenda incompleta", "Falta um dos artigos e ninguém me avisou."),
        ),
        "en": (
            ("Pieces missing", "There are fewer pieces in the box than on the delivery note."),
            ("Incomplete order", "One item is missing and nobody told me."),
        ),
    },
    "not_as_described": {
        "es": (
            ("No es como en la foto", "Es bastante más pequeño de lo que parecía en la página."),
            ("Esperaba otra calidad", "El acabado no se parece al de la descripción."),
        ),
        "pt": (
            ("Não é como na fotografia", "É bem mais pequeno do que parecia na página."),
            ("Esperava outra qualidade", "O acabamento não corresponde à descrição."),
        ),
        "en": (
            ("Not like the picture", "It is a good deal smaller than it looked on the page."),
            ("Expected better quality", "The finish is not what the description promised."),
        ),
    },
    "late": {
        "es": (
            ("¿Dónde está mi pedido?", "Han pasado muchos días y sigo sin noticias del envío."),
            ("El pedido no llega", "Lo necesitaba para un cumpleaños y todavía no ha llegado."),
        ),
        "pt": (
            ("Onde está a minha encomenda?", "Já passaram muitos dias e continuo sem notícias do envio."),
            ("A encomenda não chega", "Precisava dela para um aniversário e ainda não chegou."),
        ),
        "en": (
            ("Where is my order?", "It has been many days and I have heard nothing about the parcel."),
            ("My order has not come", "I needed it for a birthday and it still is not here."),
        ),
    },
}

ANSWERS: dict[str, tuple[str, ...]] = {
    "es": (
        "Sentimos lo ocurrido. Le devolvemos el importe y hemos hablado con el almacén.",
        "Tiene razón, y le pedimos disculpas. Hoy mismo lo dejamos arreglado.",
    ),
    "pt": (
        "Lamentamos o sucedido. Devolvemos o valor e já falámos com o armazém.",
        "Tem razão, e pedimos desculpa. Fica resolvido ainda hoje.",
    ),
    "en": (
        "We are sorry this happened. We are refunding you and have spoken with the warehouse.",
        "You are right, and we apologise. We are putting it right today.",
    ),
}
